"""Everything of the wrong type: each is refused with a message, and none is right by luck."""
import decimal
import math

import numpy as np

ex1_kl = "sum p ln p/q"
ex1_kl_pq = "0.4564"
ex1_kl_qp = True
ex1_kl_pq_exact = "0.4564348191467835"
ex1_nonnegative = 1
ex1_larger = 3
ex1_r = np.array([[0.4], [0.3], [0.2], [0.1]])
ex1_r_unique = "True"
ex1_jensen_points = 0.25
ex1_jensen_lhs = {"value": 0.4564}
ex1_jensen_rhs = None
ex2_kl_gaussian = lambda mu1, var1: 0.0
ex2_kl_12 = [0.653426]
ex2_kl_21 = math.nan
ex2_equal = "no"
ex2_kl_equal_var = lambda mu1, mu2, var: "half"


def ex2_kl_to_standard(mu, var):
    raise ValueError("mu and var must be measured first")


ex2_kl_at_standard = decimal.Decimal("NaN")
ex3_mu_grid = "from -3 to 3"
ex3_direction = 2
ex4_kl_joint = 0.1927 + 0j
ex4_dominant = b"conditional"
ex5_figure = "see plot.png"
ex5_symmetric = {"tv": 1, "jsd": 1}
ex6_collapse = 0
ex6_phi_star = np.array([[10 / 11]])
ex7_pi_star = [1.0]
ex8_p_T = "softmax"
ex8_loss = ()
