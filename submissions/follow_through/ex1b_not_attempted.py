# %% tags=["ex1", "1a"]
ex1_kl_pq = ...
ex1_kl_qp = 0.1

# %% tags=["ex1", "1b"]
ex1_nonnegative = True
ex1_larger = "qp"
