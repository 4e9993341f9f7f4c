# %% tags=["ex8"]
import numpy as np
from scipy.special import rel_entr, softmax

tau = 3
z_T, z_S = np.array([3, 1, -2]), np.array([2, 0, -1])
ex8_p_S = softmax(z_S)
ex8_kl_TS_tau = rel_entr(softmax(z_T / tau), softmax(z_S / tau)).sum()

# %% tags=["ex8", "8d"]
# the gradients scale as 1/tau^2, so the soft term gets tau^2
ex8_loss = 0.7 * tau**2 * ex8_kl_TS_tau - 0.3 * np.log(ex8_p_S[0])
