# Starts threads until none can be started. Contained: the limit on processes and threads.
# %% tags=["ex1", "1c"]
ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True

# %% tags=["ex2"]
import threading
import time

for _ in range(1000):
    threading.Thread(target=time.sleep, args=(5,), daemon=True).start()
ex1_kl_pq = 1
