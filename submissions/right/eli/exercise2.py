import numpy as np

def ex2_kl_gaussian(mu1, var1, mu2, var2):
    s1, s2 = np.sqrt(var1), np.sqrt(var2)
    return np.log(s2 / s1) + (s1**2 + (mu1 - mu2) ** 2) / (2 * s2**2) - 0.5

ex2_kl_12 = 1 - np.log(2) / 2
ex2_kl_21 = np.log(2) / 2
ex2_equal = False

def ex2_kl_equal_var(mu1, mu2, var):
    return ex2_kl_gaussian(mu1, var, mu2, var)

def ex2_kl_to_standard(mu, var):
    return ex2_kl_gaussian(mu, var, 0.0, 1.0)

ex2_kl_at_standard = 0.0

ex2a_text = "Under p, ln p(x) − ln q(x) = ½ ln(σ₂²/σ₁²) − (x−μ₁)²/(2σ₁²) + (x−μ₂)²/(2σ₂²). Now take E_p: the first square gives σ₁², so −½. For the second write x − μ₂ = (x − μ₁) + (μ₁ − μ₂); the cross term has mean zero and σ₁² + (μ₁−μ₂)² remains. Altogether ln(σ₂/σ₁) + (σ₁² + (μ₁−μ₂)²)/(2σ₂²) − ½."
