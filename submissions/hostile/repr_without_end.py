# Ends a cell with an object whose repr is 1 GB. Contained: memory or output runs out, later cells run.
# %% tags=["ex1", "1c"]
ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True

# %% tags=["ex2"]
class Long:
    def __repr__(self):
        return "x" * (1 << 30)


Long()
