# Holds the interpreter's lock in C, deaf to interrupts. Contained: killed after a grace.
# %% tags=["ex1", "1c"]
ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True

# %% tags=["ex2"]
import ctypes

ctypes.PyDLL(None).sleep(10)
