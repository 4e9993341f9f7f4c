# %% tags=["ex1", "1a"]
import numpy as np

p = np.array([0.4, 0.3, 0.2, 0.1])
q = np.array([0.1, 0.2, 0.3, 0.4])


def ex1_kl(p, q, eps=1e-10):
    # a small constant keeps the logarithm happy
    return float(np.sum(p * np.log((p + eps) / (q + eps))))


ex1_kl_pq = ex1_kl(p, q)
ex1_kl_qp = ex1_kl(q, p)

# %% tags=["ex4", "4a"]
P = np.array([[0.4, 0.1], [0.1, 0.4]])
Q = np.full((2, 2), 0.25)
ex4_kl_joint = ex1_kl(P, Q)

# %% tags=["ex4", "4b"]
def ex4_chain_rule(P, Q):
    p_x, q_x = P.sum(axis=1), Q.sum(axis=1)
    rows = [w * ex1_kl(a / w, b / v) for w, v, a, b in zip(p_x, q_x, P, Q)]
    return ex1_kl(P, Q), ex1_kl(p_x, q_x), sum(rows)


_, ex4_kl_marginal, ex4_kl_conditional = ex4_chain_rule(P, Q)

# %% tags=["ex5", "5a"]
coin = np.array([0.5, 0.5])


def ex5_kl(theta):
    return ex1_kl(np.array([theta, 1 - theta]), coin)


def ex5_tv(theta):
    return abs(theta - 0.5)


# %% tags=["ex5", "5b"]
def ex5_pinsker_slack(theta):
    return ex5_kl(theta) / 2 - ex5_tv(theta) ** 2
