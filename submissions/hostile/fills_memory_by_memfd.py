# Writes 2 GB into files that exist in memory only. Contained: refused, as it is in no rlimit.
# %% tags=["ex1", "1c"]
ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True

# %% tags=["ex2"]
import os

for number in range(60):
    file = os.memfd_create(f"hoard{number}")
    for _ in range(35):
        os.write(file, bytes(1 << 20))
ex1_nonnegative, ex1_larger = True, "equal"
