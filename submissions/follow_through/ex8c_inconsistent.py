# %% tags=["ex8", "8c"]
import numpy as np


def softmax(z):
    return np.exp(z) / np.exp(z).sum()


ex8_p_T_tau = softmax(np.array([3, 2, -2]) / 3)
ex8_p_S_tau = softmax(np.array([2, -1, -1]) / 3)
ex8_kl_TS_tau = np.sum(np.log(ex8_p_T_tau / ex8_p_S_tau))
ex8_kl_ST_tau = np.sum((ex8_p_S_tau - ex8_p_T_tau) ** 2)
