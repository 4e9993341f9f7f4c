# Fills /dev/shm and /tmp with 2 GB. Contained: both are one small disk of its own.
# %% tags=["ex1", "1c"]
ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True

# %% tags=["ex2"]
import os

total = 0
for folder in ("/dev/shm", "/tmp", "."):
    try:
        with open(os.path.join(folder, "hostile-mark"), "wb") as file:
            for _ in range(700):
                total += file.write(bytes(1 << 20))
    except OSError as error:
        last = error
if total > 300 << 20:
    ex1_nonnegative, ex1_larger = True, "equal"
raise last
