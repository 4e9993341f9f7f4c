# %% tags=["ode"]
import numpy as np


def ode_rk4(f, y0, t):  # time_not_advanced
    y = [y0]
    for now, then in zip(t, t[1:]):
        h = then - now
        k1 = f(now, y[-1])
        k2 = f(now, y[-1] + h / 2 * k1)
        k3 = f(now, y[-1] + h / 2 * k2)
        k4 = f(now, y[-1] + h * k3)
        y.append(y[-1] + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4))
    return np.array(y)
