# %% tags=["ex8", "8b"]
# Wrong values that still rise and fall as the right ones do, and answers that say the opposite: "divergences fall".
import numpy as np


def softmax(z):
    return np.exp(z) / np.exp(z).sum()


def kl(p, q):
    return np.sum(p * np.log2(p / q))


z_T, z_S = np.array([3, 1, -2]), np.array([2, 0, -1])
ex8_kl_TS, ex8_kl_ST = kl(softmax(z_T), softmax(z_S)), kl(softmax(z_S), softmax(z_T))

# %% tags=["ex8", "8c"]
ex8_kl_TS_tau, ex8_kl_ST_tau = kl(softmax(z_T / 3), softmax(z_S / 3)), kl(softmax(z_S / 3), softmax(z_T / 3))
ex8_forward_kl_change = "decreases"
ex8_reverse_kl_change = "increases"
