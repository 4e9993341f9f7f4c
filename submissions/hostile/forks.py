# %% tags=["ex1", "1c"]
ex1_r = [0.4, 0.3, 0.2, 0.1]
ex1_r_unique = True

# %% tags=["ex2"]
# A fork bomb with a bound, so that it ends by itself where nothing else ends it.
import os
import time

for _ in range(3000):
    try:
        child = os.fork()
    except OSError:
        continue
    if child == 0:
        time.sleep(20)
        os._exit(0)
