# %% tags=["ex1", "1a"]
# "KL loss" as in a classifier: minus the log of q, averaged under p.
import numpy as np

p = np.array([0.4, 0.3, 0.2, 0.1])
q = np.array([0.1, 0.2, 0.3, 0.4])


def ex1_kl(p, q):
    with np.errstate(divide="ignore"):
        log_q = np.log(q)
    return float(-np.sum(p[p > 0] * log_q[p > 0]))


ex1_kl_pq = ex1_kl(p, q)
ex1_kl_qp = ex1_kl(q, p)

# %% tags=["ex2", "2a"]
def ex2_kl_gaussian(mu1, var1, mu2, var2):
    # E_p[-ln q]
    return 0.5 * np.log(2 * np.pi * var2) + (var1 + (mu1 - mu2) ** 2) / (2 * var2)


# %% tags=["ex2", "2b"]
ex2_kl_12 = ex2_kl_gaussian(1, 2, 0, 1)
ex2_kl_21 = ex2_kl_gaussian(0, 1, 1, 2)

# %% tags=["ex2", "2d"]
def ex2_kl_to_standard(mu, var):
    return ex2_kl_gaussian(mu, var, 0.0, 1.0)


ex2_kl_at_standard = ex2_kl_to_standard(0.0, 1.0)

# %% tags=["ex4", "4a"]
P = np.array([[0.4, 0.1], [0.1, 0.4]])
Q = np.full((2, 2), 0.25)
ex4_kl_joint = ex1_kl(P.ravel(), Q.ravel())

# %% tags=["ex4", "4b"]
ex4_kl_marginal = ex1_kl(P.sum(axis=1), Q.sum(axis=1))
ex4_kl_conditional = 0.5 * ex1_kl(P[0] / 0.5, Q[0] / 0.5) + 0.5 * ex1_kl(P[1] / 0.5, Q[1] / 0.5)

# %% tags=["ex5", "5a"]
coin = np.array([0.5, 0.5])


def ex5_kl(theta):
    return ex1_kl(np.array([theta, 1 - theta]), coin)


def ex5_reverse_kl(theta):
    return ex1_kl(coin, np.array([theta, 1 - theta]))


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
