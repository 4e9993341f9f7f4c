# %% tags=["ex8", "8c"]
# Both logits of the middle class are off by one; everything after the vectors follows from them.
import numpy as np


def softmax(z):
    return np.exp(z) / np.exp(z).sum()


def kl(p, q):
    return np.sum(p * np.log(p / q))


ex8_p_T_tau = softmax(np.array([3, 2, -2]) / 3)
ex8_p_S_tau = softmax(np.array([2, -1, -1]) / 3)
ex8_kl_TS_tau, ex8_kl_ST_tau = kl(ex8_p_T_tau, ex8_p_S_tau), kl(ex8_p_S_tau, ex8_p_T_tau)
