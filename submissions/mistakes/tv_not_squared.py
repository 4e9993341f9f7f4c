# %% tags=["ex5", "5a"]
import numpy as np


def ex5_kl(theta):
    return np.log(2) + theta * np.log(theta) + (1 - theta) * np.log(1 - theta)


def ex5_tv(theta):
    return abs(theta - 0.5)


# %% tags=["ex5", "5b"]
def ex5_pinsker_slack(theta):
    return ex5_kl(theta) / 2 - ex5_tv(theta)


ex5_pinsker_holds = all(ex5_pinsker_slack(t) >= 0 for t in np.linspace(0.01, 0.99, 99))
