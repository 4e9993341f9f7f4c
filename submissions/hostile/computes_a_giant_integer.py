# Raises a number to a power of a billion, deaf to interrupts. Contained: killed after a grace, or out of memory.
# %% tags=["ex1", "1c"]
ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True

# %% tags=["ex2"]
x = 7 ** (10**8)
y = str(x)
