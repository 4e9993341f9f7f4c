# %% tags=["ex6", "6a"]
# The prior is forgotten to have a variance of 1: I took 0.25.
import numpy as np
from scipy.optimize import minimize_scalar


def ex6_elbo(phi):
    fit = -0.5 * np.log(2 * np.pi * 0.1) - ((2 - 2 * phi) ** 2 + 0.5) / 0.2
    return fit - 0.5 * ((0.5 + (2 * phi) ** 2) / 0.25 - 1 - np.log(0.5 / 0.25))


# %% tags=["ex6", "6c"]
ex6_phi_star = minimize_scalar(lambda phi: -ex6_elbo(phi), bounds=(-1, 3), method="bounded").x
