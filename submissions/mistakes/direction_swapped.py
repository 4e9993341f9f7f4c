# %% tags=["ex1", "1a"]
import numpy as np

p = np.array([0.4, 0.3, 0.2, 0.1])
q = np.array([0.1, 0.2, 0.3, 0.4])


def ex1_kl(p, q):
    # I thought the second distribution is the one we average under
    total = 0.0
    for a, b in zip(p, q):
        if b > 0:
            total += b * np.log(b / a) if a > 0 else np.inf
    return total


ex1_kl_pq = ex1_kl(p, q)
ex1_kl_qp = ex1_kl(q, p)

# %% tags=["ex1", "1d"]
ex1_jensen_points = p / q

# %% tags=["ex2", "2a"]
def ex2_kl_gaussian(mu1, var1, mu2, var2):
    return np.log(np.sqrt(var1 / var2)) + (var2 + (mu1 - mu2) ** 2) / (2 * var1) - 0.5


# %% tags=["ex2", "2b"]
ex2_kl_12 = ex2_kl_gaussian(1, 2, 0, 1)
ex2_kl_21 = ex2_kl_gaussian(0, 1, 1, 2)

# %% tags=["ex2", "2d"]
def ex2_kl_to_standard(mu, var):
    return ex2_kl_gaussian(mu, var, 0, 1)


# %% tags=["ex3", "3a"]
from scipy.optimize import minimize
from scipy.stats import norm

x = np.linspace(-8, 8, 4001)
density = 0.5 * norm.pdf(x, -2, 0.5) + 0.5 * norm.pdf(x, 2, 0.5)


def divergence(theta):
    mean, log_var = theta
    model = norm.pdf(x, mean, np.exp(log_var / 2))
    inside = model > 1e-300
    return np.sum(model[inside] * np.log(model[inside] / density[inside])) * (x[1] - x[0])


best = minimize(divergence, x0=[1.5, -1.0], tol=1e-10)
ex3_var_star = np.exp(best.x[1])

# %% tags=["ex4", "4a"]
P = np.array([[0.4, 0.1], [0.1, 0.4]])
Q = np.full((2, 2), 0.25)
ex4_kl_joint = np.sum(Q * np.log(Q / P))

# %% tags=["ex4", "4b"]
def ex4_chain_rule(P, Q):
    joint = ex1_kl(P.ravel(), Q.ravel())
    marginal = ex1_kl(P.sum(axis=1), Q.sum(axis=1))
    return joint, marginal, joint - marginal


ex4_kl_marginal = ex4_chain_rule(P, Q)[1]
ex4_kl_conditional = ex4_chain_rule(P, Q)[2]

# %% tags=["ex5", "5a"]
def ex5_kl(theta):
    return 0.5 * np.log(0.5 / theta) + 0.5 * np.log(0.5 / (1 - theta))


def ex5_reverse_kl(theta):
    return theta * np.log(2 * theta) + (1 - theta) * np.log(2 * (1 - theta))


def ex5_tv(theta):
    return abs(theta - 0.5)


# %% tags=["ex5", "5d"]
m = np.array([0.255, 0.745])
ex5_at_001 = {
    "kl": ex5_kl(0.01),
    "reverse_kl": ex5_reverse_kl(0.01),
    "tv": 0.49,
    "jsd": 0.5 * np.sum([0.01, 0.99] * np.log([0.01, 0.99] / m)) + 0.5 * np.sum(0.5 * np.log(0.5 / m)),
}

# %% tags=["ex6", "6b"]
def ex6_kl_term(phi):
    # prior first
    return 0.5 * (1 / 0.5 + (2 * phi) ** 2 / 0.5 - 1 + np.log(0.5))


# %% tags=["ex7", "7b"]
def ex7_kl_at_optimum(pi_ref, reward, beta):
    scaled = reward / beta
    log_z = scaled.max() + np.log(np.sum(pi_ref * np.exp(scaled - scaled.max())))
    log_policy = np.log(pi_ref) + scaled - log_z
    return np.sum(pi_ref * (np.log(pi_ref) - log_policy))


# %% tags=["ex7", "7d"]
weights = np.array([0.6, 0.4]) * np.exp(np.array([2.0, 0.0]) / 0.1)
ex7_pi_star = weights / weights.sum()
ex7_kl_star = ex7_kl_at_optimum(np.array([0.6, 0.4]), np.array([2.0, 0.0]), 0.1)

# %% tags=["ex8"]
def softmax(z):
    return np.exp(z) / np.exp(z).sum()


z_T, z_S = np.array([3, 1, -2]), np.array([2, 0, -1])
ex8_p_T, ex8_p_S = softmax(z_T), softmax(z_S)
ex8_kl_TS = ex1_kl(ex8_p_T, ex8_p_S)
ex8_kl_ST = ex1_kl(ex8_p_S, ex8_p_T)
ex8_p_T_tau, ex8_p_S_tau = softmax(z_T / 3), softmax(z_S / 3)
ex8_kl_TS_tau = ex1_kl(ex8_p_T_tau, ex8_p_S_tau)
ex8_kl_ST_tau = ex1_kl(ex8_p_S_tau, ex8_p_T_tau)
