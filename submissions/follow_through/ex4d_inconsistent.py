# %% tags=["ex4", "4b"]
import numpy as np

ex4_kl_marginal = 0.05
ex4_kl_conditional = 0.8 * np.log(1.6) + 0.2 * np.log(0.4)

# %% tags=["ex4", "4d"]
ex4_dominant = "marginal"
