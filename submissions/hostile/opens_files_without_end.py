# Opens files until no descriptor is left, and keeps them. Contained: the limit on open files; answers are read.
# %% tags=["ex1", "1c"]
ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True

# %% tags=["ex2"]
import os

held = []
try:
    while True:
        held.append(os.open("/dev/null", os.O_RDONLY))
except OSError:
    pass
if len(held) > 1000:
    ex1_nonnegative, ex1_larger = True, "equal"
