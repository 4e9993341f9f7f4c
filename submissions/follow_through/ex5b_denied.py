# %% tags=["ex5", "5a"]
# The functions fulfil the inequality (the divergence is too large by a factor), the answer denies it.
import numpy as np


def ex5_kl(theta):
    return 3 * (np.log(2) + theta * np.log(theta) + (1 - theta) * np.log(1 - theta))


def ex5_tv(theta):
    return abs(theta - 0.5)


# %% tags=["ex5", "5b"]
ex5_pinsker_holds = False
