# %% [markdown]
# # Homework: KL divergence
# Everything with SciPy.

# %%
from functools import partial

import matplotlib.pyplot as plt
import numpy as np
from scipy import stats
from scipy.optimize import minimize, minimize_scalar
from scipy.special import expit, log_softmax, logsumexp, rel_entr, softmax
from scipy.spatial.distance import jensenshannon

np.random.seed(12345)

# %% first exercise tags=["ex1", "1a"]
p = np.arange(4, 0, -1) / 10
q = p[::-1]


class Divergence:
    """A divergence that can be called; any callable is a function to the grader."""

    def __init__(self, swap=False):
        self.swap = swap

    def __call__(self, first, second):
        first, second = (second, first) if self.swap else (first, second)
        return float(np.sum(rel_entr(first, second)))


ex1_kl = Divergence()
ex1_kl_pq = stats.entropy(p, q)
ex1_kl_qp = stats.entropy(q, p)
ex1_kl_pq_exact = "np.log(96) / 10"

# %% tags=["ex1", "1b"]
ex1_nonnegative = np.True_
ex1_larger = "equal"

# %% tags=["ex1", "1c"]
found = minimize(lambda a: stats.entropy(p, softmax(a)), np.zeros(4), tol=1e-12)
ex1_r = softmax(found.x)
ex1_r_unique = True

# %% tags=['ex1', '1d']
ex1_jensen_points = q / p
ex1_jensen_lhs, ex1_jensen_rhs = -np.dot(p, np.log(ex1_jensen_points)), -np.log(np.dot(p, ex1_jensen_points))

# %% [markdown] tags=["ex1", "ex1d_text"]
# Let T take the value q_i/p_i with probability p_i. Then E[T] = 1, and convexity of −ln gives E[−ln T] ≥ −ln E[T] = 0. The left side is D(p‖q) = ln(96)/10 > 0.

# %% tags=["ex2", "2a"]
def ex2_kl_gaussian(mu1, var1, mu2, var2):
    ratio = var1 / var2
    return 0.5 * (ratio - 1 - np.log(ratio) + np.square(mu1 - mu2) / var2)


# %% [markdown] tags=["ex2", "ex2a_text"]
"""
The log-ratio of the two densities is a quadratic in x. Its mean under p needs just E[(x−μ₁)²] = σ₁² and E[(x−μ₂)²] = σ₁² + (μ₁−μ₂)². Inserting them: ln(σ₂/σ₁) − ½ + (σ₁² + (μ₁−μ₂)²)/(2σ₂²).
"""

# %% tags=["ex2", "2b"]
ex2_kl_12, ex2_kl_21 = ex2_kl_gaussian(1, 2, 0, 1), ex2_kl_gaussian(0, 1, 1, 2)
ex2_equal = bool(ex2_kl_12 == ex2_kl_21)

# %% tags=["ex2", "2c"]
ex2_kl_equal_var = lambda mu1, mu2, var: ex2_kl_gaussian(mu1, var, mu2, var)

# %% tags=["ex2", "2d"]
ex2_kl_to_standard = partial(ex2_kl_gaussian, mu2=0.0, var2=1.0)
ex2_kl_at_standard = ex2_kl_to_standard(0.0, 1.0)

# %% tags=["ex3", "3a"]
samples_free = minimize(
    lambda t: 0.5 * t[1] + 0.5 * (4.25 + t[0] ** 2) * np.exp(-t[1]), x0=[0.5, 0.0], tol=1e-12
)  # cross-entropy of p and N(m, e^t)
ex3_mu_star, ex3_var_star = samples_free.x[0], np.exp(samples_free.x[1])

# %% [markdown] tags=["ex3", "ex3a_text"]
# A Gaussian is an exponential family with statistics x and x², and forward KL is stationary where their means agree with those of p: E[x] = 0 and E[x²] = 0.25 + 4 = 4.25. The log-likelihood is concave in the natural parameters, so that is the minimum.

# %% tags=["ex3", "3b"]
ex3_var_q = 1.0
ex3_mu_grid = np.linspace(-3, 3, 41)


def one_point(mu, n=1000):
    q_mu = stats.norm(mu, np.sqrt(ex3_var_q))
    x = q_mu.rvs(n)
    log_p = logsumexp([stats.norm.logpdf(x, m, 0.5) for m in (-2, 2)], axis=0) - np.log(2)
    return np.mean(q_mu.logpdf(x) - log_p)


ex3_reverse_kl = np.vectorize(one_point)(ex3_mu_grid)
ex3_minima = np.array([-1.875, 1.875])  # a wider q is drawn towards the middle

# %% tags=["ex3", "3c"]
ex3_direction = "forward"

# %% [markdown] tags=["ex3", "ex3c_text"]
"""
Forward. The average log-likelihood of data is −H(p) − D(p‖q), so maximising the one minimises the other. The result is mode-covering: the generator is wide enough for both modes and produces blurry in-between samples.
"""

# %% tags=["ex4", "4a"]
P = np.array([[4, 1], [1, 4]]) / 10
Q = np.ones((2, 2)) / 4
ex4_kl_joint = rel_entr(P, Q).sum()

# %% tags=["ex4", "4b"]
def ex4_chain_rule(P, Q):
    joint = rel_entr(P, Q).sum()
    p_x, q_x = P.sum(1), Q.sum(1)
    marginal = rel_entr(p_x, q_x).sum()
    rows = [w * rel_entr(a / w, b / max(v, 5e-324)).sum() for a, b, w, v in zip(P, Q, p_x, q_x) if w > 0]
    return joint, marginal, sum(rows)


ex4_kl_marginal, ex4_kl_conditional = ex4_chain_rule(P, Q)[1:]

# %% tags=["ex4", "4c"]
ex4_gap = ex4_kl_joint - ex4_kl_marginal - ex4_kl_conditional
ex4_chain_rule_holds = bool(np.isclose(ex4_gap, 0))

# %% tags=["ex4", "4d"]
ex4_dominant = "conditional"

# %% [markdown] tags=["ex4", "ex4d_text"]
# The conditional term contributes everything. P and Q have the same uniform margins, and differ in how X and Y go together; the number is the mutual information under P.

# %% tags=["ex5", "5a"]
def vectors(theta):
    return np.array([theta, 1 - theta]), np.array([0.5, 0.5])


ex5_kl = lambda theta: rel_entr(*vectors(theta)).sum()
ex5_reverse_kl = lambda theta: Divergence(swap=True)(*vectors(theta))
ex5_tv = lambda theta: np.abs(np.subtract(*vectors(theta))).sum() / 2
ex5_jsd = lambda theta: jensenshannon(*vectors(theta)) ** 2

t = np.linspace(0.01, 0.99, 99)
fig, ex5_figure = plt.subplots()
for name in ("ex5_kl", "ex5_reverse_kl", "ex5_tv", "ex5_jsd"):
    ex5_figure.plot(t, [globals()[name](v) for v in t], "-", label=name[4:])
ex5_figure.legend(loc="upper center")
ex5_figure.set_xlabel("theta")
ex5_figure.set_ylabel("value")

# %% tags=["ex5", "5b"]
ex5_pinsker_slack = lambda theta: ex5_kl(theta) / 2 - ex5_tv(theta) ** 2
ex5_pinsker_holds = all(ex5_pinsker_slack(v) >= -1e-12 for v in t)

# %% tags=["ex5", "5c"]
ex5_symmetric = ("jsd", "tv")
ex5_bounded = frozenset({"jsd", "tv"})
ex5_asymmetric = np.array(["kl", "reverse_kl"])

# %% tags=["ex5", "5d"]
ex5_at_001 = dict(KL=ex5_kl(0.01), Reverse_KL=ex5_reverse_kl(0.01), TV=ex5_tv(0.01), JSD=ex5_jsd(0.01))

# %% [markdown] tags=["ex5", "ex5d_text"]
"""
Dividing by a small θ happens in KL(q‖p) only, where q still has weight ½ on that outcome; KL(p‖q) tends to ln 2. In the JSD the denominators are (p+q)/2 ≥ 1/4, so no ratio explodes.
"""

# %% tags=["ex6", "6a"]
class Vae:
    x, noise, width = 2.0, 0.1, 0.5

    def reconstruction(self, phi):
        return stats.norm.logpdf(self.x, phi * self.x, np.sqrt(self.noise)) - self.width / (2 * self.noise)

    def kl(self, phi):
        return ex2_kl_to_standard(phi * self.x, self.width)

    def elbo(self, phi):
        return self.reconstruction(phi) - self.kl(phi)


vae = Vae()
ex6_elbo = vae.elbo

# %% tags=["ex6", "6b"]
ex6_reconstruction, ex6_kl_term = vae.reconstruction, vae.kl

# %% tags=["ex6", "6c"]
ex6_phi_star = minimize_scalar(lambda phi: -ex6_elbo(phi)).x

# %% [markdown] tags=["ex6", "ex6c_text"]
# Setting the derivative to zero: 20(2 − 2φ)·… gives φ* = 1/(1+0.1) = 0.909. Geometrically the code's mean is x moved a little towards the origin.

# %% tags=["ex6", "6d"]
ex6_phi_limit = 1
ex6_collapse = False

# %% [markdown] tags=["ex6", "ex6d_text"]
"""
It tends to 1: a precise decoder wants the code to be x itself, and pays the KL for it. That is the opposite of a collapse, where the code would ignore x (φ = 0).
"""

# %% tags=["ex7", "7a"]
def log_policy(pi_ref, reward, beta):
    return log_softmax(np.log(pi_ref) + np.asarray(reward) / beta)


def ex7_policy(pi_ref, reward, beta):
    return np.exp(log_policy(pi_ref, reward, beta))


# %% [markdown] tags=["ex7", "ex7a_text"]
# Rewrite the objective as −β D(π‖π*) + β ln Z, where π* = π_ref e^{r/β}/Z. The KL is at least zero and vanishes only at π = π*, so π* is the unique maximiser; the functional derivative with a Lagrange multiplier gives the same stationarity condition r − β ln(π/π_ref) = const.

# %% tags=["ex7", "7b"]
def ex7_kl_at_optimum(pi_ref, reward, beta):
    pi_ref, reward = np.array(pi_ref), np.array(reward)
    log_z = logsumexp(reward / beta, b=pi_ref)
    return ex7_policy(pi_ref, reward, beta) @ (reward / beta - log_z)


# %% [markdown] tags=["ex7", "ex7b_text"]
"""
Put π*/π_ref = e^{r/β}/Z into the definition of the KL: the mean of r/β − ln Z under π*.
"""

# %% tags=["ex7", "7c"]
def ex7_dpo_loss(logp_w, logp_l, ref_logp_w, ref_logp_l, beta):
    return np.logaddexp(0, -beta * (logp_w - ref_logp_w - logp_l + ref_logp_l))


assert np.isclose(ex7_dpo_loss(-1, -2, -1.5, -1.5, 0.3), -np.log(expit(0.3)))

# %% [markdown] tags=["ex7", "ex7c_text"]
# Because β ln(π*/π_ref) equals the reward up to a term that depends on the prompt only, the Bradley–Terry probability σ(r_w − r_l) becomes σ of the difference of the two scaled log-ratios. Maximising the likelihood of the observed preferences gives −ln σ(…) as loss.

# %% tags=["ex7", "7d"]
ex7_pi_star = ex7_policy([0.6, 0.4], [2.0, 0.0], 0.1)
ex7_kl_star = ex7_kl_at_optimum([0.6, 0.4], [2.0, 0.0], 0.1)

# %% tags=["ex8", "8a"]
logits_T, logits_S = np.array([3, 1, -2]), np.array([2, 0, -1])
ex8_p_T, ex8_p_S = softmax(logits_T), softmax(logits_S)

# %% tags=["ex8", "8b"]
ex8_kl_TS = stats.entropy(ex8_p_T, ex8_p_S)
ex8_kl_ST = stats.entropy(ex8_p_S, ex8_p_T)

# %% tags=["ex8", "8c"]
ex8_p_T_tau, ex8_p_S_tau = softmax(logits_T / 3), softmax(logits_S / 3)
ex8_kl_TS_tau = stats.entropy(ex8_p_T_tau, ex8_p_S_tau)
ex8_kl_ST_tau = stats.entropy(ex8_p_S_tau, ex8_p_T_tau)
ex8_forward_kl_change, ex8_reverse_kl_change = "increases", "decreases"

# %% [markdown] tags=["ex8", "ex8c_text"]
"""
Higher temperature flattens both, so more of the ordering of the unlikely classes is visible. Forward KL rises by 3 %, reverse KL falls by a third.
"""

# %% tags=["ex8", "8d"]
ex8_loss = 0.7 * ex8_kl_TS_tau + 0.3 * stats.entropy([1, 0, 0], ex8_p_S)

# %% [markdown] tags=["ex8", "ex8e_text"]
# With the teacher first the loss demands mass wherever the teacher has some; its small probabilities for wrong classes are passed on (dark knowledge). The other direction is mode-seeking and would drop them.

