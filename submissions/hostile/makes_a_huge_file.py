# Makes a file of a terabyte without writing it. Contained: the limit on a file's size.
# %% tags=["ex1", "1c"]
ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True

# %% tags=["ex2"]
with open("hostile-mark", "wb") as file:
    file.truncate(1 << 40)
ex1_nonnegative, ex1_larger = True, "equal"
