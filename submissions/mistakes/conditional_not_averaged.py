# %% tags=["ex4", "4a"]
import numpy as np
from scipy.special import rel_entr

P = np.array([[0.4, 0.1], [0.1, 0.4]])
Q = np.full((2, 2), 0.25)
ex4_kl_joint = rel_entr(P, Q).sum()

# %% tags=["ex4", "4b"]
def ex4_chain_rule(P, Q):
    p_x, q_x = P.sum(axis=1), Q.sum(axis=1)
    rows_p, rows_q = P / p_x[:, None], Q / q_x[:, None]
    return rel_entr(P, Q).sum(), rel_entr(p_x, q_x).sum(), rel_entr(rows_p, rows_q).sum()


ex4_kl_marginal = ex4_chain_rule(P, Q)[1]
