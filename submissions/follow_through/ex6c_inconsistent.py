# %% tags=["ex6", "6a"]
import numpy as np


def ex6_elbo(phi):
    fit = -0.5 * np.log(2 * np.pi * 0.1) - ((2 - 2 * phi) ** 2 + 0.5) / 0.2
    return fit - 0.5 * ((0.5 + (2 * phi) ** 2) / 0.25 - 1 - np.log(0.5 / 0.25))


# %% tags=["ex6", "6c"]
ex6_phi_star = 0.5  # read off a plot, in the wrong place
