# Every call of its function takes just under the limit. Contained: all calls together have a limit.
# %% tags=["ex1", "1c"]
ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True

# %% tags=["ex2"]
import time


def ex1_kl(p, q):
    time.sleep(0.4)
    return 0.0
