# Starts children by posix_spawn and clone until none can be started. Contained: the limit on processes.
# %% tags=["ex1", "1c"]
ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True

# %% tags=["ex2"]
import os

pids = []
for _ in range(500):
    pids.append(os.posix_spawn("/bin/sleep", ["sleep", "5"], {}))
ex1_kl_pq = 1
