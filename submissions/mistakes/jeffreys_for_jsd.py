# %% tags=["ex5", "5a"]
import numpy as np
from scipy.special import rel_entr

coin = np.array([0.5, 0.5])


def ex5_kl(theta):
    return rel_entr([theta, 1 - theta], coin).sum()


def ex5_reverse_kl(theta):
    return rel_entr(coin, [theta, 1 - theta]).sum()


def ex5_jsd(theta):
    # symmetric version of the two
    return 0.5 * (ex5_kl(theta) + ex5_reverse_kl(theta))


# %% tags=["ex5", "5d"]
ex5_at_001 = {"kl": ex5_kl(0.01), "reverse_kl": ex5_reverse_kl(0.01), "tv": 0.49, "jsd": ex5_jsd(0.01)}
