import numpy as np

def ex6_reconstruction(phi):
    return -((2 - 2 * phi) ** 2 + 0.5) / (2 * 0.1)

def ex6_kl_term(phi):
    return 0.5 * ((2 * phi) ** 2 + 0.5 - np.log(0.5) - 1)

def ex6_elbo(phi):
    return ex6_reconstruction(phi) - ex6_kl_term(phi) - 0.5 * np.log(0.2 * np.pi)

ex6_phi_star = 1 / 1.1
ex6_phi_limit = 1.0
ex6_collapse = False

ex6c_text = "φ* = 1/1.1 ≈ 0.909. The code's mean 2φ* lies between the data point 2 and the prior's mean 0: shrinkage, with weight 10 for the likelihood's precision against 1 for the prior's."
ex6d_text = "φ* = 1/(1+σ²) → 1, because the reconstruction term outweighs everything. The code follows x exactly, so there is no collapse; the KL goes to 7/4 + ½ ln 2 and stays positive."
