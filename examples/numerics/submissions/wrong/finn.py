"""Attempts everything, and nothing is right."""
import numpy as np
import matplotlib.pyplot as plt

la_product = np.ones((3, 3))
la_x = [1, 2, 3]
la_solve_lower = lambda L, b: 7 * np.ones(len(b))
la_eigenvalues = [4, -1, 3]
la_spectral_radius = 7
la_singular_values = [9, 4, 1]
la_V = np.eye(3)
la_condition = 2
la_rank = 4
ode_rk4 = lambda f, y0, t: np.array([y0] * len(t)) + 1
ode_errors = [0.1, 0.01, 0.001, 0.0001]
ode_orders = [1, 2, 3]
ode_order = 5
ode_figure = plt.figure()
ode_amplification = "exp(z)"
ode_stability_limit = 4
ode_is_stable = "no"
data_count = 100
data_means = {"Mill": 1, "Weir": 2}
data_summary = "see above"
data_largest = "the one at Mill"
data_interval = [10.5, 7.6]
