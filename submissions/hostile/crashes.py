# Writes to address 0. Contained: killed by its own signal; no core dump is left.
# %% tags=["ex1", "1c"]
ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True

# %% tags=["ex2"]
import ctypes

ctypes.memset(0, 1, 1)
