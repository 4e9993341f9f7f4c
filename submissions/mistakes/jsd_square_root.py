# %% tags=["ex5", "5a"]
from scipy.spatial.distance import jensenshannon


def ex5_jsd(theta):
    return jensenshannon([theta, 1 - theta], [0.5, 0.5])


# %% tags=["ex5", "5d"]
ex5_at_001 = {"tv": 0.49, "jsd": ex5_jsd(0.01)}
