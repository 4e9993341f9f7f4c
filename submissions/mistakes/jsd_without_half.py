# %% tags=["ex5", "5a"]
import numpy as np
from scipy.special import rel_entr


def ex5_jsd(theta):
    p, q = np.array([theta, 1 - theta]), np.array([0.5, 0.5])
    m = (p + q) / 2
    return rel_entr(p, m).sum() + rel_entr(q, m).sum()


# %% tags=["ex5", "5d"]
ex5_at_001 = {"tv": 0.49, "jsd": ex5_jsd(0.01)}
