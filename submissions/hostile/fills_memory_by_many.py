# Twenty children take 100 MB each. Contained: killed together at the memory limit of the submission.
# %% tags=["ex1", "1c"]
ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True

# %% tags=["ex2"]
import os
import time

for _ in range(20):
    if os.fork() == 0:
        hoard = bytearray(b"x" * (100 << 20))
        time.sleep(6)
        os._exit(0)
time.sleep(1.5)
alive = 0
for _ in range(20):
    pid, _ = os.waitpid(-1, os.WNOHANG)
    alive += pid == 0
if alive == 20:
    ex1_nonnegative, ex1_larger = True, "equal"
