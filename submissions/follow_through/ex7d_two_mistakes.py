# %% tags=["ex7", "7d"]
import numpy as np

pi_ref = np.array([0.6, 0.4])
weights = pi_ref * np.exp(np.array([1.0, 0.0]))
ex7_pi_star = weights / weights.sum()
ex7_kl_star = np.sum(ex7_pi_star * np.log10(ex7_pi_star / pi_ref))
