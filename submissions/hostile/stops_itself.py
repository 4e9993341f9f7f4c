# Stops itself and its children with SIGSTOP. Contained: a stopped process is killed like any other.
# %% tags=["ex1", "1c"]
ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True

# %% tags=["ex2"]
import os
import signal
import time

for _ in range(3):
    if os.fork() == 0:
        os.kill(os.getpid(), signal.SIGSTOP)
        time.sleep(20)
        os._exit(0)
os.kill(os.getpid(), signal.SIGSTOP)
time.sleep(8)
