# Writes files until no more fits. Contained: the limit on the disk.
# %% tags=["ex1", "1c"]
ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True

# %% tags=["ex2"]
for number in range(200):
    with open(f"hostile-mark-{number}", "wb") as file:
        file.write(bytes(4 << 20))
ex1_nonnegative, ex1_larger = True, "equal"
