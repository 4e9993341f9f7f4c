# Overflows the C stack. Contained: killed by its own signal.
# %% tags=["ex1", "1c"]
ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True

# %% tags=["ex2"]
import sys

sys.setrecursionlimit(1 << 30)


def down():
    [None].sort(key=lambda _: down())


down()
