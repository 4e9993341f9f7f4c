# %% tags=["ex8"]
import numpy as np


def softmax(z):
    return np.exp(z) / np.exp(z).sum()


z_T, z_S = np.array([3, 1, -2]), np.array([2, 0, -1])
ex8_p_S = softmax(z_S)
p_T, p_S = softmax(z_T / 3), softmax(z_S / 3)
ex8_kl_TS_tau = np.sum(p_S * np.log(p_S / p_T))  # the wrong way round

# %% tags=["ex8", "8d"]
ex8_loss = 0.7 * 3**2 * ex8_kl_TS_tau - 0.3 * np.log(ex8_p_S[0])  # and tau squared besides
