# %% tags=["ex4", "4a"]
import numpy as np

ex4_kl_joint = 0.8 * np.log(1.6) + 0.2 * np.log(0.4)

# %% tags=["ex4", "4b"]
ex4_kl_marginal = 0.0
ex4_kl_conditional = ...

# %% tags=["ex4", "4c"]
ex4_gap = 0.0
ex4_chain_rule_holds = True
