# %% tags=["ex1", "1a"]
# The log key of my calculator, and np.log10 to agree with it.
import numpy as np

p = np.array([0.4, 0.3, 0.2, 0.1])
q = np.array([0.1, 0.2, 0.3, 0.4])


def ex1_kl(p, q):
    total = 0.0
    for a, b in zip(p, q):
        if a > 0:
            total += a * (np.log10(a) - np.log10(b)) if b > 0 else np.inf
    return total


ex1_kl_pq = ex1_kl(p, q)
ex1_kl_qp = ex1_kl(q, p)
ex1_kl_pq_exact = "log10(96)/10"

# %% tags=["ex1", "1d"]
ex1_jensen_points = q / p
ex1_jensen_lhs = np.sum(p * -np.log10(q / p))
ex1_jensen_rhs = -np.log10(np.sum(p * (q / p)))

# %% tags=["ex2", "2a"]
from scipy.integrate import quad
from scipy.stats import norm


def ex2_kl_gaussian(mu1, var1, mu2, var2):
    return np.log10(np.e) * (np.log(var2 / var1) + (var1 + (mu1 - mu2) ** 2) / var2 - 1) / 2


# %% tags=["ex2", "2b"]
def integral(mu1, var1, mu2, var2):
    f, g = norm(mu1, var1**0.5), norm(mu2, var2**0.5)
    return quad(lambda x: f.pdf(x) * np.log10(f.pdf(x) / g.pdf(x)), -15, 15)[0]


ex2_kl_12 = integral(1, 2, 0, 1)
ex2_kl_21 = integral(0, 1, 1, 2)

# %% tags=["ex2", "2c"]
def ex2_kl_equal_var(mu1, mu2, var):
    return ex2_kl_gaussian(mu1, var, mu2, var)


# %% tags=["ex2", "2d"]
def ex2_kl_to_standard(mu, var):
    return ex2_kl_gaussian(mu, var, 0, 1)


# %% tags=["ex4", "4a"]
P = np.array([[0.4, 0.1], [0.1, 0.4]])
Q = np.full((2, 2), 0.25)
ex4_kl_joint = ex1_kl(P.ravel(), Q.ravel())

# %% tags=["ex4", "4b"]
def ex4_chain_rule(P, Q):
    joint, marginal = ex1_kl(P.ravel(), Q.ravel()), ex1_kl(P.sum(axis=1), Q.sum(axis=1))
    return joint, marginal, sum(sum(p) * ex1_kl(p / sum(p), q / sum(q)) for p, q in zip(P, Q))


ex4_kl_marginal = ex1_kl(P.sum(axis=1), Q.sum(axis=1))
ex4_kl_conditional = 0.5 * ex1_kl(P[0] / 0.5, Q[0] / 0.5) + 0.5 * ex1_kl(P[1] / 0.5, Q[1] / 0.5)

# %% tags=["ex5", "5a"]
coin = [0.5, 0.5]


def ex5_kl(theta):
    return ex1_kl([theta, 1 - theta], coin)


def ex5_reverse_kl(theta):
    return ex1_kl(coin, [theta, 1 - theta])


def ex5_jsd(theta):
    m = [(theta + 0.5) / 2, (1.5 - theta) / 2]
    return (ex1_kl([theta, 1 - theta], m) + ex1_kl(coin, m)) / 2


# %% tags=["ex5", "5d"]
ex5_at_001 = {"kl": ex5_kl(0.01), "reverse_kl": ex5_reverse_kl(0.01), "tv": 0.49, "jsd": ex5_jsd(0.01)}

# %% tags=["ex6", "6b"]
def ex6_kl_term(phi):
    return ex2_kl_to_standard(2 * phi, 0.5)


# %% tags=["ex7", "7b"]
def ex7_kl_at_optimum(pi_ref, reward, beta):
    weights = pi_ref * np.exp((reward - max(reward)) / beta)
    return ex1_kl(weights / weights.sum(), pi_ref)


# %% tags=["ex7", "7c"]
def ex7_dpo_loss(logp_w, logp_l, ref_logp_w, ref_logp_l, beta):
    # the log-probabilities are natural, so the exponential is too; only my own logarithm is not
    margin = beta * ((logp_w - ref_logp_w) - (logp_l - ref_logp_l))
    return max(-margin, 0.0) * np.log10(np.e) + np.log10(1 + np.exp(-abs(margin)))


# %% tags=["ex7", "7d"]
weights = np.array([0.6, 0.4]) * np.exp([20.0, 0.0])
ex7_pi_star = weights / weights.sum()
ex7_kl_star = ex1_kl(ex7_pi_star, [0.6, 0.4])

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
