# %% tags=["linear-algebra"]
import numpy as np

A = np.array([[4, 1, 3], [-3, -1, -3], [2, 5, 3]])
sizes = abs(np.linalg.eigvals(A))
la_condition = sizes.max() / sizes.min()  # eigenvalue_ratio


def la_solve_lower(L, b):  # right_side_not_updated
    return b / np.diagonal(L)


# %% tags=["ode"]
def ode_rk4(f, y0, t):  # weights_not_normalised
    y = [y0]
    for now, then in zip(t, t[1:]):
        h = then - now
        k1 = f(now, y[-1])
        k2 = f(now + h / 2, y[-1] + h / 2 * k1)
        k3 = f(now + h / 2, y[-1] + h / 2 * k2)
        k4 = f(now + h, y[-1] + h * k3)
        y.append(y[-1] + h * (k1 + 2 * k2 + 2 * k3 + k4))
    return np.array(y)


# %% tags=["data"]
import pandas as pd

table = pd.read_csv("data/measurements.csv")
data_interval = table[table.station == "Outlet"].nitrate.quantile([0.025, 0.975]).to_numpy()  # readings_for_means
