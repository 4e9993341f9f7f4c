# %% tags=["ex8", "8c"]
import numpy as np
from scipy.special import rel_entr, softmax

tau = 3
z_T, z_S = np.array([3, 1, -2]), np.array([2, 0, -1])
ex8_p_T_tau = softmax(tau * z_T)
ex8_p_S_tau = softmax(tau * z_S)
ex8_kl_TS_tau = rel_entr(ex8_p_T_tau, ex8_p_S_tau).sum()
