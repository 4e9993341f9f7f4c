# %% tags=["ex8"]
import numpy as np
from scipy.special import rel_entr, softmax

z_T, z_S = np.array([3, 1, -2]), np.array([2, 0, -1])
ex8_p_S = softmax(z_S)
ex8_p_T_tau, ex8_p_S_tau = softmax(z_T / 3), softmax(z_S / 3)
ex8_kl_TS_tau = rel_entr(ex8_p_T_tau, ex8_p_S_tau).sum()
ex8_kl_ST_tau = rel_entr(ex8_p_S_tau, ex8_p_T_tau).sum()

# %% tags=["ex8", "8d"]
# the student is trained, so it comes first
ex8_loss = 0.7 * rel_entr(ex8_p_S_tau, ex8_p_T_tau).sum() - 0.3 * np.log(ex8_p_S[0])

# %% tags=["ex5", "5b"]
def ex5_pinsker_slack(theta):
    reverse = 0.5 * np.log(0.5 / theta) + 0.5 * np.log(0.5 / (1 - theta))
    return reverse / 2 - (theta - 0.5) ** 2
