# %% tags=["ex1", "1a"]
import numpy as np
p = np.array([.4,.3,.2,.1]); q = p[::-1]
def ex1_kl(p, q):
    print((p*np.log(p/q)).sum())
ex1_kl_pq = True
ex1_klqp = 0.4
ex1_kl_pq_exact = 0.456
# %% tags=["ex1", "1b"]
ex1_nonnegative = "True"
ex1_larger = "p"
# %% tags=["ex1", "1c"]
ex1_r = [[.4,.3,.2,.1]]
ex1_r_unique = 1
# %% tags=["ex1", "1d"]
ex1_jensen_points = q/p
ex1_jensen_lhs = np.array([0.456])
ex1_jensen_rhs = [1, undefined]
# %% [markdown] tags=["ex1", "1d", "ex1d_text"]
# **ex1d_text** (2 points): Proof of non-negativity from the convexity of −ln.
#
# *Double-click here and replace this line by your answer.*
# %% tags=["ex2"]
def ex2_kl_gaussian(a, b, c, d):
    return a - c - 3
ex2_kl_12 = -1
def ex2_kl_equal_var(a, b, c):
    if a > 1: return 1.0
ex2_kl_to_standard = lambda m, v: 1/0
# %% tags=["ex4"]
def ex4_chain_rule(P, Q): return (1, 2)
# %% tags=["ex5"]
def ex5_kl(theta): return theta
ex5_symmetric = {"kl", "foo"}
ex5_at_001 = {"kl": 1, "tv": 2, "jsd": float("nan"), "reverse_kl": 3}
def ex5_tv(t): return np.array([float("nan"), t])
# %% tags=["ex7"]
def ex7_policy(pi_ref, r, beta): 
    w = np.array(pi_ref)
    return w/w.sum()
ex7_pi_star = [0.5, 0.3]
