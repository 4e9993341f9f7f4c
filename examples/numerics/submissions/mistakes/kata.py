# %% tags=["ode"]
import numpy as np


def ode_rk4(f, y0, t):  # first_step_for_all
    y = [y0]
    for n in range(len(t) - 1):
        h = t[1] - t[0]
        now = t[0] + n * h
        k1 = f(now, y[-1])
        k2 = f(now + h / 2, y[-1] + h / 2 * k1)
        k3 = f(now + h / 2, y[-1] + h / 2 * k2)
        k4 = f(now + h, y[-1] + h * k3)
        y.append(y[-1] + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4))
    return np.array(y)
