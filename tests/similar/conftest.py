"""A class of honest students for the tests: each solves six tasks in a way and with words of their own, by a seed."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from grader.model import Cell
from grader.similar import Digest, Vocabulary, build_digest, build_vocabulary
from grader.spec import load_course

ROOT = Path(__file__).parents[2]
HONEST = 40

# For each answer, ways to write it that students choose from; `A`, `B`, … are names of their own choice.
WAYS: Mapping[str, tuple[str, ...]] = {
    "1a": (
        "def ex1_kl(A, B):\n    return np.sum(A * np.log(A / B))\n",
        "def ex1_kl(A, B):\n    C = A > 0\n    return np.sum(A[C] * (np.log(A[C]) - np.log(B[C])))\n",
        "def ex1_kl(A, B):\n    C = 0.0\n    for D, E in zip(A, B):\n        if D > 0:\n            C += D * np.log(D / E)\n"
        "    return C\n",
        "from scipy.special import rel_entr\n\ndef ex1_kl(A, B):\n    return float(rel_entr(A, B).sum())\n",
        "def ex1_kl(A, B):\n    with np.errstate(divide='ignore'):\n        C = np.where(A == 0, 0, A * np.log(A / B))\n"
        "    return C.sum()\n",
        "ex1_kl = lambda A, B: sum(C * math.log(C / D) for C, D in zip(A, B) if C)\n",
    ),
    "2a": (
        "def ex2_kl_gaussian(A, B, C, D):\n    return 0.5 * (np.log(D / B) + (B + (A - C) ** 2) / D - 1)\n",
        "def ex2_kl_gaussian(A, B, C, D):\n    E = math.sqrt(B)\n    F = math.sqrt(D)\n"
        "    return math.log(F / E) + (E**2 + (A - C)**2) / (2 * F**2) - 1/2\n",
        "def ex2_kl_gaussian(A, B, C, D):\n    E = B / D\n    return (E - 1 - np.log(E) + (C - A) * (C - A) / D) / 2\n",
        "def ex2_kl_gaussian(A, B, C, D):\n    E = np.log(np.sqrt(D)) - np.log(np.sqrt(B))\n    F = B + np.power(A - C, 2)\n"
        "    return E + F / (2.0 * D) - 0.5\n",
    ),
    "3b": (
        "A = rng.normal(0, 1, size=10000)\nB = norm.logpdf(A) - norm.logpdf(A, 1, 2)\nC = B.mean()\nprint(C, B.std())\n",
        "A = []\nfor B in range(5000):\n    C = rng.standard_normal()\n    A.append(-C**2 / 2 + (C - 1)**2 / 8 + np.log(2))\n"
        "D = np.mean(A)\n",
        "def A(B):\n    C = np.random.default_rng(B).normal(size=2000)\n    return np.average(np.log(norm(0, 1).pdf(C)"
        " / norm(1, 2).pdf(C)))\nD = [A(E) for E in range(20)]\n",
        "A, B = 0.0, 1000\nwhile B > 0:\n    C = random.gauss(0, 1)\n    A = A + 0.5 * ((C - 1) / 2) ** 2 - 0.5 * C * C\n"
        "    B -= 1\nprint('estimate', A / 1000)\n",
    ),
    "4b": (
        "A = P.sum(axis=0)\nB = P.sum(axis=1)\nC = np.sum(P * np.log(P / np.outer(B, A)))\n",
        "A = np.einsum('ij->i', P)\nB = np.einsum('ij->j', P)\nC = (P * (np.log(P) - np.log(A[:, None] * B))).sum()\n",
        "A = 0\nfor B in range(2):\n    for C in range(2):\n        D = P[B].sum() * P[:, C].sum()\n"
        "        A += P[B, C] * math.log(P[B, C] / D)\n",
        "def A(B):\n    return -np.sum(B * np.log(B))\nC = A(P.sum(0)) + A(P.sum(1)) - A(P.ravel())\n",
    ),
    "5b": (
        "A = lambda B, C: 0.5 * np.abs(B - C).sum()\nD = A(p, q)\nE = 2 * D ** 2 <= ex1_kl(p, q)\n",
        "def A(B, C):\n    D = [abs(E - F) for E, F in zip(B, C)]\n    return sum(D) / 2\nG = A(p, q)\nprint(G <= math.sqrt(0.5))\n",
        "A = np.linalg.norm(p - q, ord=1) / 2\nB = bool(np.sqrt(ex1_kl(p, q) / 2) >= A)\n",
        "A = np.maximum(p - q, 0).sum()\nassert A < 1\nB = ex1_kl(p, q) - 2 * np.square(A)\nC = B > 0\n",
    ),
    "7a": (
        "A = pi_ref * np.exp(r / beta)\nB = A.sum()\nex7_pi_star = A / B\nex7_log_z = np.log(B)\n",
        "A = np.log(pi_ref) + r / beta\nB = A.max()\nC = B + np.log(np.exp(A - B).sum())\nex7_pi_star = np.exp(A - C)\n",
        "from scipy.special import logsumexp, softmax\nex7_pi_star = softmax(np.log(pi_ref) + np.divide(r, beta))\n",
        "A = [B * math.exp(C / beta) for B, C in zip(pi_ref, r)]\nex7_pi_star = [D / sum(A) for D in A]\n",
    ),
}  # fmt: skip
_NAMES = (
    "a",
    "b",
    "x",
    "y",
    "tmp",
    "val",
    "mask",
    "out",
    "total",
    "mean1",
    "res",
    "left",
    "right",
    "probs",
    "weights",
    "k",
)
_OPENINGS = ("I used", "We apply", "Consider", "By", "This follows from", "Start with", "Take", "Look at")
_MIDDLES = ("the inequality of Jensen", "convexity", "the definition", "a sum over all outcomes", "the log of a ratio",
            "the mean under p", "normalisation", "a Taylor expansion")  # fmt: skip
_VERBS = ("which gives", "and get", "so that", "from which follows", "and conclude", "and then", "hence", "therefore")
_ENDINGS = ("a bound from below", "that nothing is negative", "equality only for p = q", "zero for equal inputs",
            "the claim for all q", "what was asked", "a positive value", "the wanted sign")  # fmt: skip


@cache
def read_vocabulary() -> Vocabulary:
    """Return what the course in this repository gives to all."""
    return build_vocabulary(load_course(ROOT))


def write_honest(seed: int) -> dict[str, str]:
    """Return an honest student's code by part: a way for each task, names, remarks and checks of their own."""
    rng = random.Random(seed)
    cells = {}
    for part, ways in WAYS.items():
        names = rng.sample(_NAMES, 7)
        code = re.sub(r"\b([A-G])\b", lambda match, own=names: own["ABCDEFG".index(match[1])], rng.choice(ways))
        if rng.random() < 0.5:
            code = f"# {rng.choice(_MIDDLES)}\n{code}"
        if rng.random() < 0.5:
            code += f"print({', '.join(rng.sample(_NAMES, rng.randint(1, 4)))})\n"
        cells[part] = code
    return cells


def write_essay(seed: int) -> str:
    """Return an honest student's text: the same phrases of the field, put together anew."""
    rng = random.Random(f"text {seed}")
    lists = (_OPENINGS, _MIDDLES, _VERBS, _ENDINGS)
    return ". ".join(" ".join(rng.choice(words) for words in lists) for _ in range(6))


def build_cells(code: Mapping[str, str], essay: str = "") -> tuple[Cell, ...]:
    """Return the cells of a notebook with this code, each with its part's tag, and a text."""
    cells = [Cell(at, "code", source, tags=(part,)) for at, (part, source) in enumerate(code.items())]
    return (*cells, Cell(len(cells), "markdown", essay, tags=("1d", "ex1d_text")))


def digest(student: str, *cells: Cell) -> Digest:
    """Return what is compared of a student with these cells."""
    return build_digest(student, {"hw.ipynb": cells}, read_vocabulary())


def build_class(count: int = HONEST) -> list[Digest]:
    """Return a class of honest students."""
    return [digest(f"honest{seed:02}", *build_cells(write_honest(seed), write_essay(seed))) for seed in range(count)]
