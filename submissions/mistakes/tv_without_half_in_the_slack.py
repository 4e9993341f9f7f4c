# %% tags=["ex5", "5a"]
import numpy as np


def ex5_kl(theta):
    return np.log(2) + theta * np.log(theta) + (1 - theta) * np.log(1 - theta)


def ex5_tv(theta):
    return abs(theta - 0.5)


# %% tags=["ex5", "5b"]
def ex5_pinsker_slack(theta):
    p, q = np.array([theta, 1 - theta]), np.array([0.5, 0.5])
    return ex5_kl(theta) / 2 - np.abs(p - q).sum() ** 2
