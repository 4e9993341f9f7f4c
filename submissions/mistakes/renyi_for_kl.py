# %% tags=["ex1", "1a"]
# The divergence of order 2 is so much easier: no logarithm inside the sum.
import numpy as np

p = np.array([0.4, 0.3, 0.2, 0.1])
q = np.array([0.1, 0.2, 0.3, 0.4])


def ex1_kl(p, q):
    inside = p > 0
    if np.any(q[inside] == 0):
        return np.inf
    logs = 2 * np.log(p[inside]) - np.log(q[inside])
    return float(logs.max() + np.log(np.exp(logs - logs.max()).sum()))


ex1_kl_pq = ex1_kl(p, q)
ex1_kl_qp = ex1_kl(q, p)
