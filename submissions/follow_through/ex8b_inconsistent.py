# %% tags=["ex8", "8a"]
import numpy as np


def softmax(z):
    return np.exp(z) / np.exp(z).sum()


ex8_p_T = softmax(np.array([3, 1, -2]))
ex8_p_S = softmax(np.array([2, 0, 1]))

# %% tags=["ex8", "8b"]
ex8_kl_TS = np.sum(np.log(ex8_p_T / ex8_p_S))
ex8_kl_ST = np.sum((ex8_p_T - ex8_p_S) ** 2)
