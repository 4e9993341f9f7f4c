"""Exercises 2, 6, 7 and 8; no texts yet."""
import math

import numpy as np


# 2: the second argument taken for a standard deviation
def ex2_kl_gaussian(mu1, s1, mu2, s2):
    return math.log(s2 / s1) + (s1**2 + (mu1 - mu2) ** 2) / (2 * s2**2) - 0.5


ex2_kl_12 = ex2_kl_gaussian(1, 2, 0, 1)
ex2_kl_21 = ex2_kl_gaussian(0, 1, 1, 2)
ex2_equal = False


def ex2_kl_equal_var(mu1, mu2, var):
    return (mu1 - mu2) ** 2 / var  # the lesson says "squared Mahalanobis distance"


def ex2_kl_to_standard(mu, var):
    return 0.5 * (mu**2 + var - math.log(var) - 1)


ex2_kl_at_standard = ex2_kl_to_standard(0, 1)


# 6: half forgotten in the KL term of (b), and a collapse that does not happen
def ex6_elbo(phi):
    kl = 0.5 * (4 * phi**2 + 0.5 - math.log(0.5) - 1)
    return -0.5 * math.log(0.2 * math.pi) - ((2 - 2 * phi) ** 2 + 0.5) / 0.2 - kl


def ex6_reconstruction(phi):
    return -((2 - 2 * phi) ** 2 + 0.5) / 0.2


def ex6_kl_term(phi):
    return 4 * phi**2 + 0.5 - math.log(0.5) - 1


ex6_phi_star = 0.909
ex6_phi_limit = 0
ex6_collapse = True


# 7: the reference policy dropped, the log partition function forgotten, winner and loser exchanged
def ex7_policy(pi_ref, reward, beta):
    e = np.exp((np.asarray(reward) - np.max(reward)) / beta)
    return e / e.sum()


def ex7_kl_at_optimum(pi_ref, reward, beta):
    r = np.asarray(reward) / beta
    w = np.asarray(pi_ref) * np.exp(r - r.max())
    return float((w / w.sum()) @ r)


def ex7_dpo_loss(logp_w, logp_l, ref_logp_w, ref_logp_l, beta):
    return np.logaddexp(0, beta * ((logp_w - ref_logp_w) - (logp_l - ref_logp_l)))


ex7_pi_star = [1.0, 0.0]
ex7_kl_star = 0.5108


# 8: directions exchanged, and Hinton's tau squared
def softmax(z, tau=1):
    e = np.exp(np.array(z) / tau)
    return e / e.sum()


def kl(a, b):
    return float(np.sum(b * np.log(b / a)))


ex8_p_T, ex8_p_S = softmax([3, 1, -2]), softmax([2, 0, -1])
ex8_kl_TS, ex8_kl_ST = kl(ex8_p_T, ex8_p_S), kl(ex8_p_S, ex8_p_T)
ex8_p_T_tau, ex8_p_S_tau = softmax([3, 1, -2], 3), softmax([2, 0, -1], 3)
ex8_kl_TS_tau, ex8_kl_ST_tau = kl(ex8_p_T_tau, ex8_p_S_tau), kl(ex8_p_S_tau, ex8_p_T_tau)
ex8_forward_kl_change = "decreases"
ex8_reverse_kl_change = "increases"
ex8_loss = 0.7 * 3**2 * ex8_kl_ST_tau - 0.3 * math.log(ex8_p_S[0])
