# %% tags=["ex7", "7a"]
import numpy as np


def ex7_policy(pi_ref, reward, beta):
    weights = pi_ref * np.exp((reward - reward.max()) / beta)
    return weights / weights.sum()


# %% tags=["ex7", "7b"]
def ex7_kl_at_optimum(pi_ref, reward, beta):
    # ln(pi / pi_ref) = r / beta
    return np.sum(ex7_policy(pi_ref, reward, beta) * reward) / beta


# %% tags=["ex7", "7d"]
ex7_pi_star = ex7_policy(np.array([0.6, 0.4]), np.array([2.0, 0.0]), 0.1)
ex7_kl_star = ex7_kl_at_optimum(np.array([0.6, 0.4]), np.array([2.0, 0.0]), 0.1)
