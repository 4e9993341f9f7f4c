# %% tags=["ex4", "4b"]
# The marginal of the first row only, never normalised.
import numpy as np

P = np.array([[0.4, 0.1], [0.1, 0.4]])
row = P[0]
ex4_kl_marginal = np.sum(row * np.log(row / np.array([0.25, 0.25]))) + 0.4
ex4_kl_conditional = 0.8 * np.log(1.6) + 0.2 * np.log(0.4)

# %% tags=["ex4", "4d"]
ex4_dominant = "marginal" if ex4_kl_marginal > ex4_kl_conditional else "conditional"
