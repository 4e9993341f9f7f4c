"""All three exercises with the standard library, lists and hand-typed digits; Matplotlib for the figure."""
import cmath
import csv
import math
import random

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

la_product = [[9, 6, 9], [-8, -6, -7], [3, 18, 9]]
la_x = (3, 2, -4.333333)


def la_solve_lower(L, b):
    x = []
    for row, right in zip(L, b):
        x.append((right - sum(a * known for a, known in zip(row, x))) / row[len(x)])
    return x


root = cmath.sqrt(-23)
la_eigenvalues = [(5 - root) / 2, 1, (5 + root) / 2]
la_spectral_radius = math.sqrt(12)
la_singular_values = [8.444161, 3.394239, 0.418680]
la_V = [[-0.598236, 0.544909, 0.587527], [-0.518960, -0.822126, 0.234070], [-0.610569, 0.164874, -0.774611]]
la_condition = 20.2
la_rank = 2


def ode_rk4(f, y0, t):
    rows = [y0]
    for before, after in zip(t, t[1:]):
        h, y = after - before, rows[-1]
        k1 = f(before, y)
        k2 = f(before + 0.5 * h, y + 0.5 * h * k1)
        k3 = f(before + 0.5 * h, y + 0.5 * h * k2)
        k4 = f(after, y + h * k3)
        rows.append(y + h * (k1 / 6 + k2 / 3 + k3 / 3 + k4 / 6))
    return rows


def solve(steps):
    y, h = 1.0, 1 / steps
    for step in range(steps):
        t = step * h
        k1 = -2 * t * y
        k2 = -2 * (t + h / 2) * (y + h / 2 * k1)
        k3 = -2 * (t + h / 2) * (y + h / 2 * k2)
        k4 = -2 * (t + h) * (y + h * k3)
        y += h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return y


ode_errors = [float(f"{abs(solve(steps) - math.exp(-1)):.2e}") for steps in (5, 10, 20, 40)]  # three digits
ode_orders = [3.90, 3.99, 4.00]
ode_order = 4.0

steps = [0.1 + 0.03 * i for i in range(31)]
ode_figure = plt.figure()
for place, title, terms in ((1, "Euler", 2), (2, "Runge-Kutta", 5)):
    panel = ode_figure.add_subplot(1, 2, place)
    panel.plot(steps, [math.exp(h) - sum(h**k / math.factorial(k) for k in range(terms)) for h in steps])
    panel.set(xscale="log", yscale="log", xlabel="h", ylabel="error", title=title)

ode_amplification = "1 + z*(1 + z/2*(1 + z/3*(1 + z/4)))"
ode_stability_limit = 2.79
ode_is_stable = False

readings = {}
with open("data/measurements.csv", newline="") as file:
    for row in csv.DictReader(file):
        if row["nitrate"]:
            readings.setdefault(row["station"], []).append((float(row["nitrate"]), row["sample"]))
data_count = sum(map(len, readings.values()))
data_means = {station: sum(value for value, _ in pairs) / len(pairs) for station, pairs in readings.items()}


def deviation(station):
    values = [value for value, _ in readings[station]]
    return math.sqrt(sum((value - data_means[station]) ** 2 for value in values) / (len(values) - 1))


data_summary = {
    "mean": data_means,
    "std": {station: deviation(station) for station in readings},
    "count": {station: len(pairs) for station, pairs in readings.items()},
}
data_largest = "m-002 "
outlet = [value for value, _ in readings["Outlet"]]
means = sorted(sum(random.choices(outlet, k=len(outlet))) / len(outlet) for _ in range(20000))
data_interval = [means[500], means[19499]]
data_interval_text = (
    "Repeating the whole sampling would give another mean, and the interval shows how different. Most single readings "
    "lie outside it, as it is about the mean and not about them."
)
