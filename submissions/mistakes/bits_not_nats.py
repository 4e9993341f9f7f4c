# %% tags=["ex1", "1a"]
import numpy as np
from scipy.integrate import quad
from scipy.stats import norm

p = np.array([0.4, 0.3, 0.2, 0.1])
q = np.array([0.1, 0.2, 0.3, 0.4])


def ex1_kl(p, q):
    support = p > 0
    if np.any(q[support] == 0):
        return np.inf
    return float(np.sum(p[support] * (np.log2(p[support]) - np.log2(q[support]))))


ex1_kl_pq = ex1_kl(p, q)
ex1_kl_qp = ex1_kl(q, p)
ex1_kl_pq_exact = "0.3*log2(4) + 0.1*log2(3/2)"

# %% tags=["ex1", "1b"]
ex1_nonnegative = ex1_kl_pq >= 0 and ex1_kl_qp >= 0
ex1_larger = "equal"

# %% tags=["ex1", "1d"]
ex1_jensen_points = q / p
ex1_jensen_lhs = np.sum(p * -np.log2(q / p))
ex1_jensen_rhs = -np.log2(np.sum(p * (q / p)))

# %% tags=["ex2", "2a"]
def ex2_kl_gaussian(mu1, var1, mu2, var2):
    nats = 0.5 * (np.log(var2 / var1) + (var1 + (mu1 - mu2) ** 2) / var2 - 1)
    return nats / np.log(2)  # information is measured in bits


# %% tags=["ex2", "2b"]
def integral(mu1, var1, mu2, var2):
    f, g = norm(mu1, np.sqrt(var1)), norm(mu2, np.sqrt(var2))
    return quad(lambda x: f.pdf(x) * (f.logpdf(x) - g.logpdf(x)) * np.log2(np.e), -25, 25)[0]


ex2_kl_12 = integral(1, 2, 0, 1)
ex2_kl_21 = integral(0, 1, 1, 2)
ex2_equal = False

# %% tags=["ex2", "2c"]
def ex2_kl_equal_var(mu1, mu2, var):
    return ex2_kl_gaussian(mu1, var, mu2, var)


# %% tags=["ex2", "2d"]
def ex2_kl_to_standard(mu, var):
    return ex2_kl_gaussian(mu, var, 0, 1)


ex2_kl_at_standard = ex2_kl_to_standard(0, 1)

# %% tags=["ex4", "4a"]
P = np.array([[0.4, 0.1], [0.1, 0.4]])
Q = np.full((2, 2), 0.25)
ex4_kl_joint = ex1_kl(P.ravel(), Q.ravel())

# %% tags=["ex4", "4b"]
def ex4_chain_rule(P, Q):
    joint = ex1_kl(P.ravel(), Q.ravel())
    p_x, q_x = P.sum(axis=1), Q.sum(axis=1)
    return joint, ex1_kl(p_x, q_x), sum(w * ex1_kl(a / w, b / v) for w, v, a, b in zip(p_x, q_x, P, Q))


_, ex4_kl_marginal, ex4_kl_conditional = ex4_chain_rule(P, Q)

# %% tags=["ex4", "4c"]
ex4_gap = ex4_kl_joint - ex4_kl_marginal - ex4_kl_conditional
ex4_chain_rule_holds = bool(abs(ex4_gap) < 1e-3)

# %% tags=["ex4", "4d"]
ex4_dominant = "conditional"

# %% tags=["ex5", "5a"]
coin = np.array([0.5, 0.5])


def ex5_kl(theta):
    return ex1_kl(np.array([theta, 1 - theta]), coin)


def ex5_reverse_kl(theta):
    return ex1_kl(coin, np.array([theta, 1 - theta]))


def ex5_tv(theta):
    return abs(theta - 0.5)


def ex5_jsd(theta):
    p = np.array([theta, 1 - theta])
    return 0.5 * ex1_kl(p, (p + coin) / 2) + 0.5 * ex1_kl(coin, (p + coin) / 2)


# %% tags=["ex5", "5b"]
def ex5_pinsker_slack(theta):
    return 0.5 * ex5_kl(theta) - ex5_tv(theta) ** 2


ex5_pinsker_holds = True

# %% tags=["ex5", "5d"]
ex5_at_001 = [ex5_kl(0.01), ex5_reverse_kl(0.01), ex5_tv(0.01), ex5_jsd(0.01)]

# %% tags=["ex6", "6b"]
def ex6_kl_term(phi):
    return ex2_kl_to_standard(2 * phi, 0.5)


# %% tags=["ex7", "7a"]
def ex7_policy(pi_ref, reward, beta):
    weights = pi_ref * np.exp((reward - reward.max()) / beta)
    return weights / weights.sum()


# %% tags=["ex7", "7b"]
def ex7_kl_at_optimum(pi_ref, reward, beta):
    return ex1_kl(ex7_policy(pi_ref, reward, beta), pi_ref)


# %% tags=["ex7", "7c"]
def ex7_dpo_loss(logp_w, logp_l, ref_logp_w, ref_logp_l, beta):
    margin = beta * ((logp_w - ref_logp_w) - (logp_l - ref_logp_l))
    return np.logaddexp2(0, -margin / np.log(2))


# %% tags=["ex7", "7d"]
ex7_pi_star = ex7_policy(np.array([0.6, 0.4]), np.array([2.0, 0.0]), 0.1)
ex7_kl_star = ex7_kl_at_optimum(np.array([0.6, 0.4]), np.array([2.0, 0.0]), 0.1)

# %% tags=["ex8", "8a"]
def softmax(z):
    return np.exp(z) / np.exp(z).sum()


z_T, z_S = np.array([3, 1, -2]), np.array([2, 0, -1])
ex8_p_T, ex8_p_S = softmax(z_T), softmax(z_S)

# %% tags=["ex8", "8b"]
ex8_kl_TS, ex8_kl_ST = ex1_kl(ex8_p_T, ex8_p_S), ex1_kl(ex8_p_S, ex8_p_T)

# %% tags=["ex8", "8c"]
ex8_p_T_tau, ex8_p_S_tau = softmax(z_T / 3), softmax(z_S / 3)
ex8_kl_TS_tau, ex8_kl_ST_tau = ex1_kl(ex8_p_T_tau, ex8_p_S_tau), ex1_kl(ex8_p_S_tau, ex8_p_T_tau)
ex8_forward_kl_change = "increases"
ex8_reverse_kl_change = "decreases"
