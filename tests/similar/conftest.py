"""A class of honest students for the tests: each solves ten tasks in ways and with words of their own, by a seed."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from grader.model import Cell
from grader.similar import Digest, Vocabulary, build_digest, build_vocabulary
from grader.spec import load_course

ROOT = Path(__file__).parents[2]
HONEST = 40
WAYS: Mapping[str, str] = yaml.safe_load(Path(__file__).with_name("ways.yaml").read_text(encoding="utf-8"))
NAMES = ("a", "b", "x", "y", "tmp", "val", "mask", "out", "total", "mean1", "res", "left", "right", "probs",
         "weights", "k")  # fmt: skip
_OWN = re.compile(r"\b[A-H]\b")
_CHOICE = re.compile(r"«([^«»]*)»")
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
    """Return an honest student's code by part: ways, names, remarks and order of their own; some leave tasks out."""
    rng = random.Random(seed)
    cells = {}
    for part, ways in WAYS.items():
        if rng.random() < 0.1:
            continue
        names = dict(zip("ABCDEFGH", rng.sample(NAMES, 8), strict=True))
        code = _rename(_choose(ways, rng), names)
        cells[part] = f"# {rng.choice(_MIDDLES)}\n{code}" if rng.random() < 0.5 else code
    return cells


def _rename(code: str, names: Mapping[str, str]) -> str:
    return _OWN.sub(lambda match: names[match[0]], code)


def _choose(ways: str, rng: random.Random) -> str:
    """Return one of the ways, from the innermost choices outwards."""
    while _CHOICE.search(ways):
        ways = _CHOICE.sub(lambda match: rng.choice(match[1].split("¦")), ways)
    return ways


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


def write_long(name: str, step: int = 1) -> str:
    """Return forty lines that nobody else has; of another step, other ones."""
    return "\n".join(f"total = {name}.m{at}(x[{at}], y) * z ** {at}" for at in range(0, 40 * step, step))
