# %% tags=["ex4", "4a"]
import numpy as np
from scipy.special import rel_entr

P = np.array([[0.4, 0.1], [0.1, 0.4]])
Q = np.full((2, 2), 0.25)
ex4_kl_joint = rel_entr(P, Q).sum()

# %% tags=["ex4", "4b"]
def ex4_chain_rule(P, Q):
    p_x, q_x = P.sum(axis=0), Q.sum(axis=0)  # sum over the first index
    conditional = sum(w * rel_entr(a / w, b / v).sum() for w, v, a, b in zip(p_x, q_x, P.T, Q.T) if w > 0)
    return rel_entr(P, Q).sum(), rel_entr(p_x, q_x).sum(), conditional


_, ex4_kl_marginal, ex4_kl_conditional = ex4_chain_rule(P, Q)
