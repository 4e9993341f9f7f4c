# Makes zombies and orphans. Contained: gone with its process namespace.
# %% tags=["ex1", "1c"]
ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True

# %% tags=["ex2"]
import os

for number in range(40):
    if os.fork() == 0:
        if number % 2 and os.fork() == 0:
            os.setsid()
            os._exit(0)
        os._exit(0)
