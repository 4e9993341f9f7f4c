# %% tags=["ex8"]
# Only the teacher was tempered in part (c). The loss is consistent with that, so it is no second mistake.
import numpy as np


def softmax(z):
    return np.exp(z) / np.exp(z).sum()


z_T, z_S = np.array([3, 1, -2]), np.array([2, 0, -1])
ex8_p_S = softmax(z_S)
ex8_kl_TS_tau = np.sum(softmax(z_T / 3) * np.log(softmax(z_T / 3) / ex8_p_S))

# %% tags=["ex8", "8d"]
ex8_loss = 0.7 * ex8_kl_TS_tau - 0.3 * np.log(ex8_p_S[0])
