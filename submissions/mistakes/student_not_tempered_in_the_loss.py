# %% tags=["ex8"]
import numpy as np
from scipy.special import rel_entr, softmax

z_T, z_S = np.array([3, 1, -2]), np.array([2, 0, -1])
ex8_p_S = softmax(z_S)
ex8_kl_TS_tau = rel_entr(softmax(z_T / 3), softmax(z_S / 3)).sum()

# %% tags=["ex8", "8d"]
ex8_loss = 0.7 * rel_entr(softmax(z_T / 3), ex8_p_S).sum() - 0.3 * np.log(ex8_p_S[0])
