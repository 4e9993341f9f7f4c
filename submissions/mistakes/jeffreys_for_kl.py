# %% tags=["ex1", "1a"]
# A distance should be symmetric, so I add both directions.
import numpy as np
from scipy.special import rel_entr

p = np.array([0.4, 0.3, 0.2, 0.1])
q = p[::-1]


def ex1_kl(p, q):
    return float(rel_entr(p, q).sum() + rel_entr(q, p).sum())


ex1_kl_pq = ex1_kl(p, q)
ex1_kl_qp = ex1_kl(q, p)

# %% tags=["ex1", "1b"]
ex1_nonnegative = True
ex1_larger = "equal"
