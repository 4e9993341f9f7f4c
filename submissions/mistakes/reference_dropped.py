# %% tags=["ex7", "7a"]
import numpy as np
from scipy.special import rel_entr, softmax


def ex7_policy(pi_ref, reward, beta):
    return softmax(reward / beta)


# %% tags=["ex7", "7b"]
def ex7_kl_at_optimum(pi_ref, reward, beta):
    return rel_entr(ex7_policy(pi_ref, reward, beta), pi_ref).sum()


# %% tags=["ex7", "7c"]
def ex7_dpo_loss(logp_w, logp_l, ref_logp_w, ref_logp_l, beta):
    return np.logaddexp(0, -beta * (logp_w - logp_l))


# %% tags=["ex7", "7d"]
ex7_pi_star = ex7_policy(np.array([0.6, 0.4]), np.array([2.0, 0.0]), 0.1)
ex7_kl_star = ex7_kl_at_optimum(np.array([0.6, 0.4]), np.array([2.0, 0.0]), 0.1)
