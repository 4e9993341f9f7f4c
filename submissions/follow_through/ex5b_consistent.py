# %% tags=["ex5", "5a"]
# Total variation without its half; Pinsker's inequality then fails, and I say so.
import numpy as np


def ex5_kl(theta):
    return np.log(2) + theta * np.log(theta) + (1 - theta) * np.log(1 - theta)


def ex5_tv(theta):
    return abs(theta - 0.5) + abs(1 - theta - 0.5)


# %% tags=["ex5", "5b"]
def ex5_pinsker_slack(theta):
    return 0.5 * ex5_kl(theta) - ex5_tv(theta) ** 2


ex5_pinsker_holds = all(ex5_pinsker_slack(t) >= -1e-9 for t in np.linspace(0.01, 0.99, 99))
