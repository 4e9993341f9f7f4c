# %% tags=["linear-algebra"]
import numpy as np

A = np.array([[4, 1, 3], [-3, -1, -3], [2, 5, 3]])
B = np.array([[1, 0, 2], [-1, 3, 1], [2, 1, 0]])
la_product = A * B  # elementwise_product
la_x = np.linalg.solve(A.T, [1, 2, 3])  # transposed_matrix


def la_solve_lower(L, b):  # unit_diagonal
    x = np.zeros(len(b))
    for i in range(len(b)):
        x[i] = b[i] - L[i, :i] @ x[:i]
    return x


la_eigenvalues = np.linalg.eigvals(A)
la_spectral_radius = la_eigenvalues.real.max()  # real_part_only
la_singular_values = np.linalg.eigvalsh(A.T @ A)[::-1]  # not_rooted
la_V = np.linalg.svd(A)[2]  # rows_for_columns
la_condition = np.linalg.cond(A, 1)  # other_norm
la_rank = 3  # full_rank_assumed


# %% tags=["ode"]
def ode_rk4(f, y0, t):  # euler_for_rk4
    y = [y0]
    for now, then in zip(t, t[1:]):
        y.append(y[-1] + (then - now) * f(now, y[-1]))
    return np.array(y)


def error(n):
    return abs(ode_rk4(lambda t, y: -2 * t * y, np.ones(1), np.linspace(0, 1, n + 1))[-1, 0] - np.exp(-1))


ode_errors = np.array([error(n) for n in (5, 10, 20, 40)])
ode_orders = np.log2(ode_errors[:-1] / ode_errors[1:])
ode_order = 1
ode_amplification = "1 + z"
ode_stability_limit = 2

# %% tags=["data"]
import pandas as pd

table = pd.read_csv("data/measurements.csv")
data_count = len(table)  # lost_counted
data_means = table.fillna({"nitrate": 0}).groupby("station").nitrate.mean().to_dict()  # lost_as_zero
data_summary = table.fillna({"nitrate": 0}).groupby("station").nitrate.agg(["count", "mean", "std"])
