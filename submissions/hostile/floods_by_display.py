# Shows a hundred thousand small outputs. Contained: ended as too much output.
# %% tags=["ex1", "1c"]
ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True

# %% tags=["ex2"]
for number in range(1_000_000):
    display({"text/plain": "", "text/html": ""}, raw=True)
