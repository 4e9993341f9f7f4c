# Answers with __array__ that never ends or grows without bound. Contained: unreadable, after its time.
# %%
breach = []
import numpy as np


class Endless:
    def __array__(self, dtype=None, copy=None):
        import time

        time.sleep(30)


class Broad:
    def __array__(self, dtype=None, copy=None):
        return np.broadcast_to(np.float64(0.25), (10**6, 10**6))


class Objects:
    def __array__(self, dtype=None, copy=None):
        return np.broadcast_to(np.array(object(), dtype=object), (10**5, 10**5))


ex1_r, ex1_jensen_points, ex1_kl_pq = Broad(), Endless(), Objects()
