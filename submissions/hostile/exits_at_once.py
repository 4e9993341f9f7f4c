# Ends its process in the middle of a cell. Contained: named so; answers read before are kept.
# %% tags=["ex1", "1c"]
ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True

# %% tags=["ex2"]
import os

os._exit(0)
