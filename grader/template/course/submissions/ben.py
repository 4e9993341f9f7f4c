# %% [markdown] tags=["integration"]
# A sample student who makes two known mistakes, goes on correctly from a wrong distance,
# and leaves out the text.

# %% tags=["integration"]
import numpy as np

# %% tags=["integration", "rule"]
def trapezoid(y, x):
    total = 0.0
    for i in range(len(x) - 1):
        total += (x[i + 1] - x[i]) * y[i]
    return total

# %% tags=["integration", "distance"]
distance = 10 * (18 + 36) / 2 + 10 * (36 + 54) / 2 + 20 * (54 + 72) / 2 + 20 * (72 + 54) / 2
mean_speed = distance / 60
