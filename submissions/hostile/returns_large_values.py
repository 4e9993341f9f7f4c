# Every call returns a megabyte. Contained: the evidence of one answer has a bound.
# %% tags=["ex1", "1c"]
ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True

# %% tags=["ex2"]
import numpy as np


def ex1_kl(p, q):
    return np.zeros(40_000) + np.pi
