# %% tags=["ex1", "1a"]
import numpy as np

p = np.array([0.4, 0.3, 0.2, 0.1])
q = np.array([0.1, 0.2, 0.2, 0.5])
ex1_kl_pq = np.sum(p * np.log(p / q))
ex1_kl_qp = np.sum(q * np.log(q / p))

# %% tags=["ex1", "1b"]
ex1_nonnegative = False  # logarithms of numbers below 1 are negative
ex1_larger = "pq"  # a guess
