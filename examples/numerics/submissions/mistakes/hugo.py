# %% tags=["linear-algebra"]
import numpy as np

A = np.array([[4, 1, 3], [-3, -1, -3], [2, 5, 3]])
B = np.array([[1, 0, 2], [-1, 3, 1], [2, 1, 0]])
la_product = B @ A  # factors_swapped
la_V = np.linalg.svd(A)[0]  # left_for_right
la_condition = np.linalg.cond(A, "fro")  # frobenius_norm


def la_solve_lower(L, b):  # transposed_matrix
    return np.linalg.solve(L.T, b)


# %% tags=["ode"]
def ode_rk4(f, y0, t):  # half_step_forgotten
    y = [y0]
    for now, then in zip(t, t[1:]):
        h = then - now
        k1 = f(now, y[-1])
        k2 = f(now + h / 2, y[-1] + h / 2 * k1)
        k3 = f(now + h / 2, y[-1] + h * k2)
        k4 = f(now + h, y[-1] + h * k3)
        y.append(y[-1] + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4))
    return np.array(y)


ode_orders = [2.7018, 2.7632, 2.7729]  # natural_logarithm
ode_amplification = "1 + z + z**2 + z**3 + z**4"  # factorials_forgotten

# %% tags=["data"]
import pandas as pd

table = pd.read_csv("data/measurements.csv").dropna()
data_summary = table.groupby("station").nitrate.agg(["count", "mean", ("std", lambda x: np.std(x, ddof=0))])
outlet = table.nitrate[table.station == "Outlet"].to_numpy()
means = np.random.default_rng(5).choice(outlet, (20_000, len(outlet))).mean(axis=1)
data_interval = np.percentile(means, [5, 95])  # ninety_percent
