# Answers with an object that says it is a float, an array or a bool. Contained: refused or reduced to what it is.
# %%
breach = []
import numpy as np


def claim(kind):
    class Claim:
        @property
        def __class__(self):
            return kind

        def __getattr__(self, name):
            return lambda *_, **__: 0

    return Claim()


ex1_kl_pq, ex1_kl_qp, ex1_larger, ex1_r_unique = claim(float), claim(np.float64), claim(str), claim(bool)
ex1_r, ex1_jensen_points = claim(np.ndarray), claim(list)
