# Makes cycles whose finalizers make more. Contained: its time or memory runs out.
# %% tags=["ex1", "1c"]
ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True

# %% tags=["ex2"]
import gc


class Phoenix:
    def __init__(self):
        self.self = self

    def __del__(self):
        Phoenix(), Phoenix()


Phoenix()
for _ in range(60):
    gc.collect()
