# %% tags=["ex1", "1a"]
# A string where a number is expected: nothing can follow from it, so the reference decides.
ex1_kl_pq = "0.9"
ex1_kl_qp = 0.1

# %% tags=["ex1", "1b"]
ex1_nonnegative = True
ex1_larger = "pq"
