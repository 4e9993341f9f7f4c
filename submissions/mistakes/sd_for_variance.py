# %% tags=["ex2", "2a"]
# N(m, s): the formula with sigma, fed with the second arguments as they are.
import numpy as np


def ex2_kl_gaussian(mu1, s1, mu2, s2):
    return np.log(s2 / s1) + (s1**2 + (mu1 - mu2) ** 2) / (2 * s2**2) - 0.5


# %% tags=["ex2", "2b"]
ex2_kl_12 = ex2_kl_gaussian(1, 2, 0, 1)
ex2_kl_21 = ex2_kl_gaussian(0, 1, 1, 2)
ex2_equal = False

# %% tags=["ex2", "2c"]
def ex2_kl_equal_var(mu1, mu2, s):
    return (mu1 - mu2) ** 2 / (2 * s**2)


# %% tags=["ex2", "2d"]
def ex2_kl_to_standard(mu, s):
    return 0.5 * (mu**2 + s**2 - 1) - np.log(s)


ex2_kl_at_standard = ex2_kl_to_standard(0.0, 1.0)

# %% tags=["ex6", "6a"]
def ex6_reconstruction(phi):
    # likelihood with standard deviation 0.1, encoder with standard deviation 0.5
    return -0.5 * np.log(2 * np.pi * 0.1**2) - ((2 - 2 * phi) ** 2 + 0.5**2) / (2 * 0.1**2)


def ex6_kl_term(phi):
    return ex2_kl_to_standard(2 * phi, 0.5)


def ex6_elbo(phi):
    return ex6_reconstruction(phi) - ex6_kl_term(phi)


# %% tags=["ex6", "6c"]
from scipy.optimize import minimize_scalar

ex6_phi_star = minimize_scalar(lambda phi: -ex6_elbo(phi)).x
