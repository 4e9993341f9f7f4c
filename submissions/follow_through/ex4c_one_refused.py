# %% tags=["ex4", "4a"]
ex4_kl_joint = [0.19275]

# %% tags=["ex4", "4b"]
ex4_kl_marginal = 0.0
ex4_kl_conditional = 0.19275

# %% tags=["ex4", "4c"]
ex4_gap = 0.0
ex4_chain_rule_holds = True
