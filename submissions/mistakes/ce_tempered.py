# %% tags=["ex8"]
import numpy as np
from scipy.special import rel_entr, softmax

tau = 3
z_T, z_S = np.array([3, 1, -2]), np.array([2, 0, -1])
ex8_p_S = softmax(z_S)
ex8_p_T_tau, ex8_p_S_tau = softmax(z_T / tau), softmax(z_S / tau)
ex8_kl_TS_tau = rel_entr(ex8_p_T_tau, ex8_p_S_tau).sum()

# %% tags=["ex8", "8d"]
ex8_loss = 0.7 * ex8_kl_TS_tau + 0.3 * -np.log(ex8_p_S_tau[0])
