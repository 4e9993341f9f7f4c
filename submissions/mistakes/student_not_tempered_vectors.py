# %% tags=["ex8", "8c"]
import numpy as np
from scipy.special import rel_entr, softmax

z_T, z_S = np.array([3, 1, -2]), np.array([2, 0, -1])
ex8_p_T_tau = softmax(z_T / 3)
ex8_p_S_tau = softmax(z_S)
ex8_kl_TS_tau = rel_entr(ex8_p_T_tau, ex8_p_S_tau).sum()
ex8_kl_ST_tau = rel_entr(ex8_p_S_tau, ex8_p_T_tau).sum()
