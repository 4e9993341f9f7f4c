# %% tags=["ex7", "7d"]
import numpy as np

pi_ref, reward, beta = np.array([0.6, 0.4]), np.array([2.0, 0.0]), 0.1
weights = pi_ref * np.exp(reward / beta)
ex7_pi_star = np.round(weights / weights.sum(), 4)
ex7_kl_star = sum(p * np.log(p / r) for p, r in zip(ex7_pi_star, pi_ref) if p > 0)
