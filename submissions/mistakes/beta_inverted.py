# %% tags=["ex7", "7a"]
import numpy as np
from scipy.special import logsumexp


def log_policy(pi_ref, reward, beta):
    scores = np.log(pi_ref) + beta * reward
    return scores - logsumexp(scores)


def ex7_policy(pi_ref, reward, beta):
    return np.exp(log_policy(pi_ref, reward, beta))


# %% tags=["ex7", "7b"]
def ex7_kl_at_optimum(pi_ref, reward, beta):
    return np.sum(ex7_policy(pi_ref, reward, beta) * (log_policy(pi_ref, reward, beta) - np.log(pi_ref)))


# %% tags=["ex7", "7c"]
def ex7_dpo_loss(logp_w, logp_l, ref_logp_w, ref_logp_l, beta):
    return np.logaddexp(0, -((logp_w - ref_logp_w) - (logp_l - ref_logp_l)) / beta)


# %% tags=["ex7", "7d"]
ex7_pi_star = ex7_policy(np.array([0.6, 0.4]), np.array([2.0, 0.0]), 0.1)
