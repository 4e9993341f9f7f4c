# %% tags=["ex5", "5a"]
import numpy as np


def ex5_kl(theta):
    return np.log(2) + theta * np.log(theta) - (1 - theta) * np.log(1 - theta)  # a sign is wrong


def ex5_tv(theta):
    return abs(theta - 0.5)


# %% tags=["ex5", "5b"]
def ex5_pinsker_slack(theta):
    return ex5_kl(theta) / 2 - (2 * ex5_tv(theta)) ** 2  # and the total variation lacks its half
