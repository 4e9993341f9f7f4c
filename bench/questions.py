"""What the benchmark's class is asked: twenty code cells in four exercises, and thirty checks on what they leave.

One list feeds every contender: our course, nbgrader's test cells and Otter's test files are all written from it.
A peer's assert asks what our check asks, a function on three inputs where ours is called on all of a generator's.
"""

from __future__ import annotations

from bench.asking import Task, ask_close, ask_exact, ask_figure, ask_function

IMPORTS = """\
import numpy as np
import matplotlib.pyplot as plt
from scipy import integrate, linalg, optimize, stats"""

SUMMARY = Task(
    "1",
    "Mean and variance of the measurements.",
    (
        "ex1_mean = np.mean(ex1_y)\nex1_var = np.var(ex1_y, ddof=1)\nprint(ex1_mean, ex1_var)",
        "ex1_mean = ex1_y.sum() / len(ex1_y)\nex1_var = ((ex1_y - ex1_mean) ** 2).sum() / (len(ex1_y) - 1)",
        "ex1_mean, ex1_var = stats.describe(ex1_y)[2:4]\nprint(f'{ex1_mean:.3f} {ex1_var:.3f}')",
    ),
    ("ex1_mean = np.mean(ex1_y)\nex1_var = np.var(ex1_y)",),
    (("ex1_mean", "number", {}), ("ex1_var", "number", {})),
    (ask_close("ex1_mean", "np.mean(ex1_y)"), ask_close("ex1_var", "np.var(ex1_y, ddof=1)")),
)
FIT = Task(
    "1",
    "Coefficients of the parabola through the measurements, constant first, and the norm of the residual.",
    (
        (
            "A = np.vander(ex1_x, 3, increasing=True)\nex1_fit, *_ = np.linalg.lstsq(A, ex1_y, rcond=None)\n"
            "ex1_residual = np.linalg.norm(A @ ex1_fit - ex1_y)\nprint(ex1_fit)"
        ),
        (
            "ex1_fit = np.polynomial.polynomial.polyfit(ex1_x, ex1_y, 2)\n"
            "ex1_residual = np.sqrt(((np.polynomial.polynomial.polyval(ex1_x, ex1_fit) - ex1_y) ** 2).sum())"
        ),
        (
            "A = np.column_stack([np.ones_like(ex1_x), ex1_x, ex1_x**2])\nQ, R = linalg.qr(A, mode='economic')\n"
            "ex1_fit = linalg.solve_triangular(R, Q.T @ ex1_y)\nex1_residual = linalg.norm(ex1_y - A @ ex1_fit)"
        ),
    ),
    (
        (
            "ex1_fit = np.polyfit(ex1_x, ex1_y, 2)\n"
            "ex1_residual = np.linalg.norm(np.polyval(ex1_fit, ex1_x) - ex1_y) / len(ex1_x)"
        ),
    ),
    (("ex1_fit", "array", {"shape": [3]}), ("ex1_residual", "number", {})),
    (
        *(ask_close("ex1_fit", f"np.polyfit(ex1_x, ex1_y, 2)[{2 - entry}]", entry=entry) for entry in range(3)),
        ask_close("ex1_residual", "np.sqrt(np.polyfit(ex1_x, ex1_y, 2, full=True)[1][0])"),
    ),
)
CONDITION = Task(
    "1",
    "Condition number of the Hilbert matrix of order 6, and its rank.",
    (
        "H = linalg.hilbert(6)\nex1_condition = np.linalg.cond(H)\nex1_rank = np.linalg.matrix_rank(H)\nH",
        (
            "i = np.arange(6)\nH = 1 / (i[:, None] + i + 1)\nsizes = linalg.svdvals(H)\n"
            "ex1_condition = sizes[0] / sizes[-1]\nex1_rank = (sizes > 1e-13).sum()\nprint(H.round(3))"
        ),
    ),
    ("H = linalg.hilbert(6)\nex1_condition = np.linalg.cond(H, 1)\nex1_rank = np.linalg.matrix_rank(H, 1e-3)",),
    (("ex1_condition", "number", {}), ("ex1_rank", "number", {})),
    (
        ask_close("ex1_condition", "np.linalg.cond(linalg.hilbert(6))", 1e-5),
        ask_close("ex1_rank", "6"),
    ),
)
SKEW = Task(
    "1",
    "Which of the two is larger, the mean or the median?",
    (
        "ex1_larger = 'mean' if ex1_mean > np.median(ex1_y) else 'median'",
        "s = np.sort(ex1_y)\nmiddle = (s[99] + s[100]) / 2\nex1_larger = 'median' if middle > s.mean() else 'mean'",
    ),
    ("ex1_larger = 'median' if stats.mode(ex1_y.round())[0] < ex1_mean else 'mean'",),
    (("ex1_larger", "choice", {"choices": ["mean", "median"]}),),
    (ask_exact("ex1_larger", "('mean' if np.mean(ex1_y) > np.median(ex1_y) else 'median')"),),
)
INTEGRAL = Task(
    "2",
    "Integral of exp(-x²) cos x over the real line.",
    (
        "ex2_integral = integrate.quad(lambda t: np.exp(-(t**2)) * np.cos(t), -np.inf, np.inf)[0]",
        "t = np.linspace(-8, 8, 4001)\nex2_integral = integrate.simpson(np.exp(-t * t) * np.cos(t), x=t)",
        "t = np.linspace(-10, 10, 20001)\nex2_integral = np.trapezoid(np.exp(-t * t) * np.cos(t), t)\nex2_integral",
    ),
    ("ex2_integral = integrate.quad(lambda t: np.exp(-(t**2)) * np.cos(t), 0, np.inf)[0]",),
    (("ex2_integral", "number", {}),),
    (ask_close("ex2_integral", "np.sqrt(np.pi) * np.exp(-0.25)"),),
)
VALLEY = Task(
    "2",
    "Where Rosenbrock's function plus x + y is least, and its value there.",
    (
        (
            "def f(v):\n    return (1 - v[0]) ** 2 + 100 * (v[1] - v[0] ** 2) ** 2 + v[0] + v[1]\n\n"
            "found = optimize.minimize(f, [0.0, 0.0], method='BFGS', options={'gtol': 1e-6})\n"
            "ex2_minimiser, ex2_minimum = found.x, found.fun\nprint(found.message)"
        ),
        (
            "def f(v):\n    return optimize.rosen(v) + v.sum()\n\n"
            "found = optimize.minimize(f, np.zeros(2), method='Nelder-Mead', options={'xatol': 1e-9, 'fatol': 1e-12})\n"
            "ex2_minimiser, ex2_minimum = found.x, f(found.x)"
        ),
    ),
    ("found = optimize.minimize(optimize.rosen, [0.0, 0.0])\nex2_minimiser, ex2_minimum = found.x, found.fun",),
    (("ex2_minimiser", "array", {"shape": [2]}), ("ex2_minimum", "number", {})),
    (
        ask_close("ex2_minimiser", "0.25", 1e-3, 0),
        ask_close("ex2_minimiser", "0.0575", 1e-3, 1),
        ask_close("ex2_minimum", "0.8725", 1e-5),
    ),
)
ROOT = Task(
    "2",
    "The place where cos x = x.",
    (
        "ex2_root = optimize.brentq(lambda t: np.cos(t) - t, 0, 1)",
        "x = 1.0\nfor _ in range(100):\n    x = np.cos(x)\nex2_root = x",
        "x = 1.0\nfor _ in range(20):\n    x -= (x - np.cos(x)) / (1 + np.sin(x))\nex2_root = x\nprint(ex2_root)",
    ),
    ("x = 1.0\nfor _ in range(5):\n    x = np.cos(x)\nex2_root = x",),
    (("ex2_root", "number", {}),),
    (ask_close("ex2_root", "0.7390851332151607"),),
)
GROWTH = Task(
    "2",
    "Logistic growth y' = y (1 - y) from y(0) = 0.1: the value at t = 3.",
    (
        (
            "path = integrate.solve_ivp(lambda t, y: y * (1 - y), (0, 3), [0.1], rtol=1e-9, atol=1e-12)\n"
            "ex2_population = path.y[0, -1]"
        ),
        (
            "y, h = 0.1, 0.001\nfor _ in range(3000):\n    z = y + h * y * (1 - y) / 2\n"
            "    y += h * z * (1 - z)\nex2_population = y"
        ),
        "ex2_population = 1 / (1 + 9 * np.exp(-3))\nprint(ex2_population)",
    ),
    ("y, h = 0.1, 0.1\nfor _ in range(30):\n    y += h * y * (1 - y)\nex2_population = y",),
    (("ex2_population", "number", {}),),
    (ask_close("ex2_population", "1 / (1 + 9 * np.exp(-3))", 1e-5),),
)
CONVERGED = Task(
    "2",
    "Does the fixed-point iteration of cosine converge from every start?",
    (
        (
            "starts = np.linspace(-50, 50, 2001)\nfor _ in range(200):\n    starts = np.cos(starts)\n"
            "ex2_converges = bool(np.ptp(starts) < 1e-10)"
        ),
        "ex2_converges = True",
    ),
    ("ex2_converges = False",),
    (("ex2_converges", "bool", {}),),
    (ask_exact("ex2_converges", "True"),),
)
KL = Task(
    "3",
    "Divergence of two distributions in nats, with 0 log 0 = 0.",
    (
        (
            "def ex3_kl(p, q):\n    kept = p > 0\n    p, q = p[kept], q[kept]\n"
            "    with np.errstate(divide='ignore'):\n        return np.sum(p * (np.log(p) - np.log(q)))"
        ),
        "def ex3_kl(p, q):\n    return float(stats.entropy(p, q))",
        "from scipy.special import rel_entr\n\n\ndef ex3_kl(p, q):\n    return float(rel_entr(p, q).sum())",
    ),
    (
        "def ex3_kl(p, q):\n    return float(stats.entropy(q, p))",
        "def ex3_kl(p, q):\n    return stats.entropy(p, q, base=2)",
    ),
    (("ex3_kl", "function", {"arguments": ["p", "q"], "returns": "one number in nats"}),),
    (
        ask_function(
            "ex3_kl",
            "pairs",
            (
                ("np.array([0.8, 0.2]), np.array([0.5, 0.5])", "0.19274475702175753"),
                ("np.array([0.25, 0.75]), np.array([0.6, 0.4])", "0.2525893102283056"),
                ("np.array([1.0, 0.0]), np.array([0.5, 0.5])", "np.log(2)"),
            ),
        ),
    ),
)
GAUSSIAN = Task(
    "3",
    "Divergence of N(mu1, var1) from N(mu2, var2) in nats.",
    (
        (
            "def ex3_gaussian(mu1, var1, mu2, var2):\n"
            "    return 0.5 * (np.log(var2 / var1) + (var1 + (mu1 - mu2) ** 2) / var2 - 1)"
        ),
        (
            "def ex3_gaussian(mu1, var1, mu2, var2):\n    ratio = var1 / var2\n    shift = (mu1 - mu2) ** 2 / var2\n"
            "    return (ratio - np.log(ratio) - 1 + shift) / 2"
        ),
    ),
    ("def ex3_gaussian(mu1, var1, mu2, var2):\n    return np.log(var2 / var1) + (var1 + (mu1 - mu2) ** 2) / var2 - 1",),
    (
        (
            "ex3_gaussian",
            "function",
            {"arguments": ["mu1", "var1", "mu2", "var2"], "returns": "one number in nats"},
        ),
    ),
    (
        ask_function(
            "ex3_gaussian",
            "gaussians",
            (
                ("0.0, 4.0, 0.0, 1.0", "1.5 - np.log(2)"),
                ("1.0, 1.0, 0.0, 1.0", "0.5"),
                ("0.0, 1.0, 0.0, 1.0", "0.0"),
            ),
        ),
    ),
)
BERNOULLI = Task(
    "3",
    "Divergence of a biased coin from a fair one in nats.",
    (
        "def ex3_coin(theta):\n    return theta * np.log(2 * theta) + (1 - theta) * np.log(2 * (1 - theta))",
        "def ex3_coin(theta):\n    return float(np.log(2) - stats.bernoulli.entropy(theta))",
    ),
    ("def ex3_coin(theta):\n    return theta * np.log2(2 * theta) + (1 - theta) * np.log2(2 * (1 - theta))",),
    (("ex3_coin", "function", {"arguments": ["theta"], "returns": "one number in nats"}),),
    (
        ask_function(
            "ex3_coin",
            "coins",
            (("0.5", "0.0"), ("0.25", "0.1308120359"), ("0.75", "0.1308120359")),
        ),
    ),
)
DIRECTIONS = Task(
    "3",
    "Both directions between p = (0.2, 0.3, 0.5) and q = (0.5, 0.25, 0.25).",
    (
        "ex3_kl_pq, ex3_kl_qp = ex3_kl(ex3_p, ex3_q), ex3_kl(ex3_q, ex3_p)\nprint(ex3_kl_pq, ex3_kl_qp)",
        "ex3_kl_pq = (ex3_p * np.log(ex3_p / ex3_q)).sum()\nex3_kl_qp = (ex3_q * np.log(ex3_q / ex3_p)).sum()",
    ),
    ("ex3_kl_pq = (ex3_p * np.log2(ex3_p / ex3_q)).sum()\nex3_kl_qp = ex3_kl_pq",),
    (("ex3_kl_pq", "number", {}), ("ex3_kl_qp", "number", {})),
    (
        ask_close("ex3_kl_pq", "stats.entropy(ex3_p, ex3_q)"),
        ask_close("ex3_kl_qp", "stats.entropy(ex3_q, ex3_p)"),
    ),
)
SAMPLING = Task(
    "3",
    "A Monte-Carlo estimate of the divergence of N(1, 1) from N(0, 1), from 200,000 samples.",
    (
        (
            "rng = np.random.default_rng({seed})\nz = rng.normal(1, 1, 200_000)\n"
            "ex3_estimate = np.mean(stats.norm.logpdf(z, 1, 1) - stats.norm.logpdf(z, 0, 1))\nprint(ex3_estimate)"
        ),
        (
            "rng = np.random.default_rng({seed})\nz = 1 + rng.standard_normal(200_000)\n"
            "ex3_estimate = np.mean(z**2 / 2 - (z - 1) ** 2 / 2)"
        ),
    ),
    (
        (
            "rng = np.random.default_rng({seed})\nz = rng.normal(0, 1, 200_000)\n"
            "ex3_estimate = np.mean(z**2 / 2 - (z - 1) ** 2 / 2)"
        ),
    ),
    (("ex3_estimate", "number", {}),),
    (ask_close("ex3_estimate", "0.5", 0.02),),
)
SYSTEM = Task(
    "4",
    "Solve the system with 120 unknowns; the norm of the solution.",
    (
        "ex4_norm = np.linalg.norm(np.linalg.solve(ex4_A, ex4_b))",
        "factors = linalg.lu_factor(ex4_A)\nex4_norm = linalg.norm(linalg.lu_solve(factors, ex4_b))",
        "ex4_norm = np.sqrt(np.sum((linalg.inv(ex4_A) @ ex4_b) ** 2))\nprint(ex4_norm)",
    ),
    ("ex4_norm = np.linalg.norm(np.linalg.solve(ex4_A, ex4_b), np.inf)",),
    (("ex4_norm", "number", {}),),
    (ask_close("ex4_norm", "np.linalg.norm(np.linalg.solve(ex4_A, ex4_b))"),),
)
SPECTRUM = Task(
    "4",
    "The three largest eigenvalues of the symmetric part, the largest first.",
    (
        "ex4_eigenvalues = np.linalg.eigvalsh((ex4_A + ex4_A.T) / 2)[::-1][:3]\nprint(ex4_eigenvalues)",
        "ex4_eigenvalues = np.sort(linalg.eigh((ex4_A + ex4_A.T) / 2)[0])[-1:-4:-1]",
    ),
    ("ex4_eigenvalues = np.sort(np.linalg.eigvals(ex4_A).real)[-1:-4:-1]",),
    (("ex4_eigenvalues", "array", {"shape": [3]}),),
    tuple(
        ask_close("ex4_eigenvalues", f"np.linalg.eigvalsh((ex4_A + ex4_A.T) / 2)[{-1 - entry}]", entry=entry)
        for entry in range(3)
    ),
)
TEST = Task(
    "4",
    "The p-value of a two-sided t test for mean zero of the right-hand side.",
    (
        "ex4_p_value = stats.ttest_1samp(ex4_b, 0).pvalue",
        (
            "t = ex4_b.mean() / (ex4_b.std(ddof=1) / np.sqrt(len(ex4_b)))\n"
            "ex4_p_value = 2 * stats.t.sf(abs(t), len(ex4_b) - 1)\nprint(t, ex4_p_value)"
        ),
    ),
    ("ex4_p_value = stats.ttest_1samp(ex4_b, 0, alternative='greater').pvalue",),
    (("ex4_p_value", "number", {}),),
    (ask_close("ex4_p_value", "stats.ttest_1samp(ex4_b, 0).pvalue"),),
)
PLOT = Task(
    "4",
    "A plot of the density of N(0, 1) and of its distribution function over [0, 1], labelled, with a legend.",
    (
        (
            "x = np.linspace(0, 1, 200)\nfig, ax = plt.subplots()\nax.plot(x, stats.norm.pdf(x), label='density')\n"
            "ax.plot(x, stats.norm.cdf(x), label='distribution')\nax.set_xlabel('x')\nax.set_ylabel('value')\n"
            "ax.set_title('Standard normal')\nax.legend()\nax.grid()\nex4_figure = fig\nplt.show()"
        ),
        (
            "x = np.linspace(0.001, 0.999, 150)\nplt.figure()\n"
            "plt.plot(x, np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi), 'b-', label='pdf')\n"
            "plt.plot(x, stats.norm.cdf(x), 'r--', label='cdf')\nplt.xlabel('$x$')\nplt.ylabel('$f(x)$, $F(x)$')\n"
            "plt.legend(loc='best')\nex4_figure = plt.gcf()\nplt.show()"
        ),
    ),
    (
        (
            "x = np.linspace(0, 1, 100)\nfig, ax = plt.subplots()\nax.plot(x, stats.norm.pdf(x, 0, 2))\n"
            "ax.plot(x, stats.norm.cdf(x))\nax.set_xlabel('x')\nex4_figure = fig\nplt.show()"
        ),
    ),
    (("ex4_figure", "figure", {}),),
    (
        ask_figure(
            "curve",
            "assert any(np.allclose(one.get_ydata(), stats.norm.pdf(one.get_xdata()), atol=1e-3) "
            "for axes in ex4_figure.axes for one in axes.lines)",
            curve="ex4_density",
            x={"low": 0, "high": 1},
            tolerance={"absolute": 1e-3, "reason": "Finer than anyone can read off a plot."},
            at_least=20,
        ),
        ask_figure("axis_labels", "assert all(axes.get_xlabel() and axes.get_ylabel() for axes in ex4_figure.axes)"),
        ask_figure("legend", "assert all(axes.get_legend() is not None for axes in ex4_figure.axes)"),
    ),
)

DATA = """\
ex1_x = np.linspace(-1, 2, 200)
ex1_y = 1 - 2 * ex1_x + 0.5 * ex1_x**2 + np.random.default_rng(1).normal(0, 0.3, 200)
ex3_p, ex3_q = np.array([0.2, 0.3, 0.5]), np.array([0.5, 0.25, 0.25])"""
SYSTEM_DATA = """\
source = np.random.default_rng(4)
ex4_A = source.normal(size=(120, 120)) + 12 * np.eye(120)
ex4_b = source.normal(0.2, 1, 120)"""
TASKS = (
    SUMMARY, FIT, CONDITION, SKEW, INTEGRAL, VALLEY, ROOT, GROWTH, CONVERGED, KL, GAUSSIAN, BERNOULLI, DIRECTIONS,
    SAMPLING, SYSTEM, SPECTRUM, TEST, PLOT,
)  # fmt: skip
CURVES = {"4": "def ex4_density(x):\n    return stats.norm.pdf(x)\n"}  # what the reference of a figure's check is
