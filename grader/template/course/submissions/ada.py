# %% [markdown] tags=["integration"]
# A sample student who has everything right. `grader grade submissions/ada.py` shows her report.

# %% tags=["integration"]
import numpy as np

# %% tags=["integration", "rule"]
def trapezoid(y, x):
    return np.sum((x[1:] - x[:-1]) * (y[1:] + y[:-1])) / 2

# %% tags=["integration", "distance"]
time, speed = np.loadtxt("data/speed.csv", delimiter=",", skiprows=1, unpack=True)
distance = trapezoid(speed / 3.6, time)
mean_speed = distance / (time[-1] - time[0])

# %% [markdown] tags=["integration", "error", "error_text"]
# Too small. The rule puts a chord in the place of the curve, and a concave curve lies above its chords.
