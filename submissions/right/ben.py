"""Exercises 1-8 with nothing but the standard library (and Matplotlib for the one figure)."""
import math
import random

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

INF = float("inf")


def kl(p, q):
    total = 0.0
    for a, b in zip(p, q):
        if a > 0:
            if b == 0:
                return INF
            total += a * (math.log(a) - math.log(b))
    return total


# exercise 1
p = (0.4, 0.3, 0.2, 0.1)
q = p[::-1]
ex1_kl = kl
ex1_kl_pq = kl(p, q)
ex1_kl_qp = kl(q, p)
ex1_kl_pq_exact = "math.log(96)/10"
ex1_nonnegative = ex1_kl_pq >= 0 and ex1_kl_qp >= 0
ex1_larger = "Equal"
ex1_r = list(p)
ex1_r_unique = True
ex1_jensen_points = [b / a for a, b in zip(p, q)]
ex1_jensen_lhs = sum(-a * math.log(t) for a, t in zip(p, ex1_jensen_points))
ex1_jensen_rhs = -math.log(sum(a * t for a, t in zip(p, ex1_jensen_points)))
ex1d_text = (
    "Jensen for the convex function -ln with weights p: the mean of -ln(q/p) is at least -ln of the mean "
    "of q/p. The mean of q/p under p is the sum of q, which is 1, and -ln 1 = 0. So D(p||q) >= 0, and it "
    "is > 0 as q/p = (1/4, 2/3, 3/2, 4) is not constant."
)

# exercise 2
def ex2_kl_gaussian(mu1, var1, mu2, var2):
    return math.log(math.sqrt(var2) / math.sqrt(var1)) + (var1 + (mu1 - mu2) ** 2) / (2 * var2) - 0.5


ex2a_text = (
    "Write D as E_p[ln p] - E_p[ln q]. E_p[ln p] = -ln(2 pi s1^2)/2 - 1/2. E_p[ln q] = -ln(2 pi s2^2)/2 - "
    "E_p[(x - m2)^2]/(2 s2^2), and E_p[(x - m2)^2] = s1^2 + (m1 - m2)^2. Subtracting, the 2 pi cancels "
    "and ln(s2/s1) + (s1^2 + (m1-m2)^2)/(2 s2^2) - 1/2 is left."
)
ex2_kl_12 = 0.6534  # by hand: 1 - ln(2)/2
ex2_kl_21 = 0.3466
ex2_equal = False


def ex2_kl_equal_var(mu1, mu2, var):
    return 0.5 * ((mu1 - mu2) / math.sqrt(var)) ** 2


def ex2_kl_to_standard(mu, var):
    return (mu * mu + var - math.log(var) - 1) / 2


ex2_kl_at_standard = ex2_kl_to_standard(0.0, 1.0)

# exercise 3
ex3_mu_star = 0
ex3_var_star = 0.25 + 2**2
ex3a_text = (
    "Only the cross-entropy -E_p[ln q] depends on q. It equals ln(2 pi v)/2 + (Var_p + (mean_p - "
    "m)^2)/(2v). The best m is the mean, 0; then d/dv gives v = Var_p = 0.25 + 4 = 4.25."
)


def log_p(x):
    """Logarithm of the mixture, safe far from both modes."""
    u, v = -((x + 2) ** 2) / 0.5, -((x - 2) ** 2) / 0.5
    top = max(u, v)
    return top + math.log(math.exp(u - top) + math.exp(v - top)) - math.log(2) - 0.5 * math.log(2 * math.pi * 0.25)


def reverse_kl(mu, n=1000):
    entropy = 0.5 * math.log(2 * math.pi * math.e * 0.25)
    return -entropy - sum(log_p(random.gauss(mu, 0.5)) for _ in range(n)) / n


ex3_mu_grid = [-3 + 0.1 * i for i in range(61)]
ex3_reverse_kl = [reverse_kl(mu) for mu in ex3_mu_grid]
ex3_minima = (2, -2)
ex3_direction = "FORWARD "
ex3c_text = (
    "Fitting by maximum likelihood means the forward direction, since -E_p[ln q] is the forward KL plus a "
    "constant. Forward KL is infinite when q forgets a region with data, so the model spreads over both "
    "bumps and also generates points in between which look like neither."
)

# exercise 4
P = [[0.4, 0.1], [0.1, 0.4]]
Q = [[0.25, 0.25], [0.25, 0.25]]


def flat(table):
    return [value for row in table for value in row]


def ex4_chain_rule(P, Q):
    p_x = [sum(row) for row in P]
    q_x = [sum(row) for row in Q]
    expected = 0.0
    for p_row, q_row, a, b in zip(P, Q, p_x, q_x):
        if a > 0:
            given = [value / b if b > 0 else 0.0 for value in q_row]
            expected += a * kl([value / a for value in p_row], given)
    return kl(flat(P), flat(Q)), kl(p_x, q_x), expected


ex4_kl_joint, ex4_kl_marginal, ex4_kl_conditional = ex4_chain_rule(P, Q)
ex4_gap = ex4_kl_joint - (ex4_kl_marginal + ex4_kl_conditional)
ex4_chain_rule_holds = True
ex4_dominant = "conditional"
ex4d_text = (
    "The marginal part is 0 since X is a fair coin under both. The whole 0.193 nats come from Y given X: "
    "in P the second variable copies the first in 80 % of cases, in Q it does not care. So P differs from "
    "Q by its dependence only."
)

# exercise 5
def ex5_kl(theta):
    return kl((theta, 1 - theta), (0.5, 0.5))


def ex5_reverse_kl(theta):
    return kl((0.5, 0.5), (theta, 1 - theta))


def ex5_tv(theta):
    return abs(theta - 0.5)


def ex5_jsd(theta):
    a, b = (theta + 0.5) / 2, (1.5 - theta) / 2
    return (kl((theta, 1 - theta), (a, b)) + kl((0.5, 0.5), (a, b))) / 2


thetas = [i / 100 for i in range(1, 100)]
ex5_figure, panels = plt.subplots(2, 2)
curves = {"KL": ex5_kl, "reverse KL": ex5_reverse_kl, "total variation": ex5_tv, "Jensen-Shannon": ex5_jsd}
for panel, (title, curve) in zip(panels.flat, curves.items()):
    panel.plot(thetas, [curve(t) for t in thetas], label=title)
    panel.set(title=title, xlabel="theta", ylabel="nats")
    panel.legend()


def ex5_pinsker_slack(theta):
    return ex5_kl(theta) / 2 - ex5_tv(theta) ** 2


ex5_pinsker_holds = all(ex5_pinsker_slack(t) > -1e-12 for t in thetas)
ex5_symmetric = ["tv", "jsd"]
ex5_bounded = ["kl", "tv", "jsd"]  # on this family the forward KL is at most ln 2
ex5_asymmetric = ["kl", "reverse_kl"]
ex5_at_001 = [f(0.01) for f in (ex5_kl, ex5_reverse_kl, ex5_tv, ex5_jsd)]
ex5d_text = (
    "KL(q||p) has the term 0.5 ln(0.5/theta) and that runs off to infinity as theta goes to 0; KL(p||q) "
    "does not, it is at most ln 2 because q = 1/2 everywhere. JSD measures against the average of p and "
    "q, which can never be less than half of either one, so it is bounded by ln 2."
)

# exercise 6
def ex6_reconstruction(phi):
    return -((2 - 2 * phi) ** 2 + 0.5) / 0.2


def ex6_kl_term(phi):
    return 0.5 * (4 * phi**2 + 0.5 - math.log(0.5) - 1)


def ex6_elbo(phi):
    return ex6_reconstruction(phi) - 0.5 * math.log(2 * math.pi * 0.1) - ex6_kl_term(phi)


ex6_phi_star = 10 / 11
ex6c_text = (
    "The maximum is at phi = 10/11. The mean of the code is pulled from x towards the prior mean 0 by a "
    "factor 10/11, the posterior mean's shrinkage."
)
ex6_phi_limit = 1.0
ex6_collapse = False
ex6d_text = (
    "phi = 1/(1 + s2) tends to 1. The decoder trusts the code entirely, so the code carries x: no "
    "posterior collapse. Collapse would need a very large likelihood variance."
)

# exercise 7
def ex7_policy(pi_ref, reward, beta):
    exponents = [math.log(a) + r / beta if a > 0 else -INF for a, r in zip(pi_ref, reward)]
    top = max(exponents)
    weights = [math.exp(e - top) for e in exponents]
    return [w / sum(weights) for w in weights]


ex7a_text = (
    "Maximise sum pi (r - beta ln(pi/ref)) with a multiplier for sum pi = 1. Setting the derivative to "
    "zero: r - beta ln(pi/ref) = constant, so pi is proportional to ref * exp(r/beta), and Z is the sum "
    "that normalises it. Concavity makes it the global maximum."
)


def ex7_kl_at_optimum(pi_ref, reward, beta):
    return kl(ex7_policy(pi_ref, reward, beta), pi_ref)


ex7b_text = (
    "ln(pi*/ref) = r/beta - ln Z pointwise; the expectation under pi* of the left side is the KL, of the "
    "right side E[r]/beta - ln Z."
)


def ex7_dpo_loss(logp_w, logp_l, ref_logp_w, ref_logp_l, beta):
    margin = beta * (logp_w - logp_l - ref_logp_w + ref_logp_l)
    return max(0.0, -margin) + math.log1p(math.exp(-abs(margin)))


ex7c_text = (
    "Inverting the optimal policy gives r(y) = beta ln(pi(y)/ref(y)) + beta ln Z. In the difference of "
    "two rewards for one prompt ln Z drops out. Put it into the logistic preference model and take minus "
    "the log: -ln sigma(beta (ln pi_w/ref_w - ln pi_l/ref_l))."
)
ex7_pi_star = ex7_policy((0.6, 0.4), (2, 0), 0.1)
ex7_kl_star = kl(ex7_pi_star, (0.6, 0.4))

# exercise 8
def softmax(logits, tau=1):
    weights = [math.exp(z / tau) for z in logits]
    return tuple(w / sum(weights) for w in weights)


ex8_p_T = softmax((3, 1, -2))
ex8_p_S = softmax((2, 0, -1))
ex8_kl_TS = kl(ex8_p_T, ex8_p_S)
ex8_kl_ST = kl(ex8_p_S, ex8_p_T)
ex8_p_T_tau = softmax((3, 1, -2), 3)
ex8_p_S_tau = softmax((2, 0, -1), 3)
ex8_kl_TS_tau = kl(ex8_p_T_tau, ex8_p_S_tau)
ex8_kl_ST_tau = kl(ex8_p_S_tau, ex8_p_T_tau)
ex8_forward_kl_change = "increases"
ex8_reverse_kl_change = "decreases"
ex8c_text = (
    "Softer targets: more probability on the second and third class. The reverse KL falls from 0.047 to "
    "0.030, but the forward one rises slightly (0.0252 to 0.0260); the size of the KL is not monotone in "
    "the temperature."
)
ex8_loss = 0.7 * ex8_kl_TS_tau - 0.3 * math.log(ex8_p_S[0])
ex8e_text = (
    "The forward KL is an average under the teacher, so every class that the teacher finds possible "
    "counts, and the student learns how alike the wrong classes are (a tiger is closer to a cat than a "
    "car is). The reverse KL averages under the student, who could then ignore classes without a penalty."
)

if __name__ == "__main__":
    print("done", ex8_loss)
