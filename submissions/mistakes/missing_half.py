# %% tags=["ex2", "2a"]
import numpy as np


def ex2_kl_gaussian(mu1, var1, mu2, var2):
    return np.log(var2 / var1) + (var1 + (mu1 - mu2) ** 2) / var2 - 1


# %% tags=["ex2", "2b"]
ex2_kl_21 = ex2_kl_gaussian(0, 1, 1, 2)

# %% tags=["ex2", "2c"]
def ex2_kl_equal_var(mu1, mu2, var):
    # the squared Mahalanobis distance
    return (mu1 - mu2) ** 2 / var


# %% tags=["ex2", "2d"]
def ex2_kl_to_standard(mu, var):
    return mu**2 + var - 1 - np.log(var)


# %% tags=["ex6", "6a"]
def fit(phi):
    return -0.5 * np.log(2 * np.pi * 0.1) - ((2 - 2 * phi) ** 2 + 0.5) / (2 * 0.1)


def ex6_elbo(phi):
    return fit(phi) - ex2_kl_to_standard(2 * phi, 0.5)


# %% tags=["ex6", "6b"]
def ex6_reconstruction(phi):
    return -((2 - 2 * phi) ** 2 + 0.5) / 0.1


def ex6_kl_term(phi):
    return ex2_kl_to_standard(2 * phi, 0.5)
