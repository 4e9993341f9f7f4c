# %% tags=["ex8"]
# Only part (d) was done in bits, and nothing before it, so there is no earlier value to follow from.
import numpy as np


def softmax(z):
    return np.exp(z) / np.exp(z).sum()


z_T, z_S = np.array([3, 1, -2]), np.array([2, 0, -1])
soft_T, soft_S = softmax(z_T / 3), softmax(z_S / 3)

# %% tags=["ex8", "8d"]
ex8_loss = 0.7 * np.sum(soft_T * np.log2(soft_T / soft_S)) + 0.3 * -np.log2(softmax(z_S)[0])

# %% tags=["ex5", "5b"]
def ex5_pinsker_slack(theta):
    bits = 1 + theta * np.log2(theta) + (1 - theta) * np.log2(1 - theta)
    return bits / 2 - (theta - 0.5) ** 2


# %% tags=["ex6", "6a"]
def ex6_elbo(phi):
    fit = -0.5 * np.log2(2 * np.pi * 0.1) - ((2 - 2 * phi) ** 2 + 0.5) / 0.2 * np.log2(np.e)
    return fit - 0.5 * ((0.5 + (2 * phi) ** 2 - 1) * np.log2(np.e) - np.log2(0.5))
