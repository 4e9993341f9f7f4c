# Sleeps for an hour. Contained: interrupted at its time, later cells run.
# %% tags=["ex1", "1c"]
ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True

# %% tags=["ex2"]
import time

time.sleep(3600)
