# Blocks every signal and goes on. Contained: killed after a grace.
# %% tags=["ex1", "1c"]
ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True

# %% tags=["ex2"]
import signal
import time

signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
end = time.monotonic() + 8
while time.monotonic() < end:
    pass
