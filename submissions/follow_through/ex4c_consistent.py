# %% tags=["ex4", "4a"]
# One term is counted with the wrong sign in the joint divergence.
import numpy as np

P = np.array([[0.4, 0.1], [0.1, 0.4]])
Q = np.full((2, 2), 0.25)
terms = P * np.log(P / Q)
ex4_kl_joint = terms[0, 0] + abs(terms[0, 1]) + terms[1, 0] + terms[1, 1]

# %% tags=["ex4", "4b"]
ex4_kl_marginal = 0.0
ex4_kl_conditional = 0.8 * np.log(1.6) + 0.2 * np.log(0.4)

# %% tags=["ex4", "4c"]
ex4_gap = ex4_kl_joint - (ex4_kl_marginal + ex4_kl_conditional)
ex4_chain_rule_holds = bool(abs(ex4_gap) < 1e-3)
