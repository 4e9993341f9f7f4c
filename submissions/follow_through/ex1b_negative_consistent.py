# %% tags=["ex1", "1a"]
# The fraction upside down, the weight in its place.
import numpy as np

p = np.array([0.4, 0.3, 0.2, 0.1])
q = np.array([0.1, 0.2, 0.3, 0.4])
ex1_kl_pq = np.sum(p * np.log(q / p))
ex1_kl_qp = np.sum(q * np.log(p / q))

# %% tags=["ex1", "1b"]
ex1_nonnegative = bool(ex1_kl_pq >= 0 and ex1_kl_qp >= 0)
ex1_larger = "equal"
