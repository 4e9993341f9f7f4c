"""What is offered makes the mistake a known one: the course loads, is valid, and recognises who makes it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from grader.copies import read_sources
from grader.pipeline import Grader, judge, load_grader
from grader.reference import Reference
from grader.unnamed import Explained, find_unnamed
from grader.unnamed.snippet import Snippet, _Chain
from grader.validate import validate_course
from grader.validate.mutants import list_mutants
from tests.conftest import ROOT, copy_course
from tests.unnamed.conftest import make_evidence


def insert(folder: Path, exercise: str, check: str, snippet: Snippet) -> None:
    """Add what is offered where it says: as an author would."""
    course = folder / "course.yaml"
    catalogue = "".join(f"  {line}\n" for line in snippet.catalogue.splitlines())
    text = course.read_text("utf-8")
    assert text.count("\nmistakes:\n") == 1
    course.write_text(text.replace("\nmistakes:\n", f"\nmistakes:\n{catalogue}"), "utf-8")
    path = folder / "exercises" / exercise
    before, found, after = path.read_text("utf-8").partition(f"      - id: {check}\n")
    own, more, rest = after.partition("      - id: ")
    use = f"          {snippet.use}"
    if "        mistakes:\n" in own:
        own = own.replace("        mistakes:\n", f"        mistakes:\n{use}")
    else:
        own = re.sub(r"^        hint:", f"        mistakes:\n{use}        hint:", own, flags=re.MULTILINE)
    path.write_text(before + found + own + more + rest, "utf-8")
    for name, code in snippet.files.items():
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(code)


def _find(grader: Grader, **answers: object) -> Explained:
    (group,) = find_unnamed(grader, [make_evidence(grader, name, **answers) for name in ("ada", "bob")]).groups
    return group


def _recognised(folder: Path, check: str, **answers: object) -> str | None:
    grader = load_grader(folder, packages=False)
    report = judge(grader, make_evidence(grader, "zoe", **answers))
    return next(one.mistake for one in report.list_checks() if one.id == check)


Plant = Callable[[ModuleType], dict[str, object]]


def _pair(theta: float, exercise5: ModuleType) -> float:
    return float(exercise5.ex5_kl(theta) + exercise5.ex5_tv(theta) ** 2)


PLANTS: dict[str, Plant] = {
    "shared code changed": lambda module: {"ex5_tv": lambda theta: module.ex5_tv(theta) / 2},
    "result changed": lambda module: {"ex5_kl": lambda theta: module.ex5_kl(theta) ** 2},
    "two places changed": lambda module: {
        "ex5_kl": module.ex5_kl,
        "ex5_tv": module.ex5_tv,
        "ex5_pinsker_slack": lambda theta: _pair(theta, module),
    },
    "code and result changed": lambda module: {"ex5_tv": lambda theta: (module.ex5_tv(theta) / 2) ** 2},
}


@pytest.mark.parametrize("plant", PLANTS)
def test_offer_is_taken_by_the_course(course: Grader, exercise5: ModuleType, tmp_path: Path, plant: str) -> None:
    """Inserted, validated and recognised, through every module on the way to the change."""
    answers = PLANTS[plant](exercise5)
    found = _find(course, **answers)
    assert found.snippet is not None
    folder = copy_course(tmp_path / "course")
    insert(folder, "ex5.yaml", found.question.check.id, found.snippet)
    validation = validate_course(folder, ("5",), mutate=False)
    assert validation.issues == ()
    assert _recognised(folder, found.question.id, **answers) == found.snippet.code


def test_offer_for_arrays_is_taken_by_the_course(numerics: Grader, linear_algebra: ModuleType, tmp_path: Path) -> None:
    """With mutants and all, in the second course."""
    folder = tmp_path / "numerics"
    shutil.copytree(ROOT / "examples" / "numerics", folder, ignore=shutil.ignore_patterns("__pycache__", "submissions"))
    transposed = {"la_product": linear_algebra.la_product().T}
    negative = {"la_x": np.linalg.solve(linear_algebra.A, -linear_algebra.RHS)}
    for answers in (transposed, negative):
        found = _find(numerics, **answers)
        assert found.snippet is not None
        insert(folder, "linear-algebra.yaml", found.question.check.id, found.snippet)
        assert _recognised(folder, found.question.id, **answers) == found.snippet.code
    assert validate_course(folder, ("linear-algebra",)).issues == ()


def test_known_code_is_not_given_again(course: Grader, exercise5: ModuleType) -> None:
    """Two mistakes of the same name are two."""
    answers = PLANTS["result changed"](exercise5)
    known = course.course.file.mistakes[0].model_copy(update={"code": "ex5_kl_squared"})
    file = course.course.file.model_copy(update={"mistakes": (*course.course.file.mistakes, known)})
    changed = course.course.model_copy(update={"file": file})
    found = _find(replace(course, course=changed), **answers)
    assert found.snippet is not None
    assert (found.snippet.code, found.snippet.wrong) == ("ex5_kl_squared_2", "ex5_kl__squared_2")


def test_changed_constant_is_left_to_the_author(numerics: Grader, linear_algebra: ModuleType) -> None:
    """All functions of a module share it: there is YAML, and no code."""
    right = linear_algebra.RHS.copy()
    right[0] *= 2
    found = _find(numerics, la_x=np.linalg.solve(linear_algebra.A, right))
    assert found.explanations[0].changes[0].name == "constant"
    assert found.snippet is not None
    assert found.snippet.files == {}


def test_constant_changed_beside_a_function_is_left_to_the_author(numerics: Grader) -> None:
    """Half of what is changed is not offered."""
    sources = read_sources(numerics.oracle.reference)
    mutants = {one.id: one for _, several in list_mutants(sources) for one in several}
    constant = next(one for one in mutants.values() if one.statement.binds == "RHS")
    sign = mutants["linear_algebra.la_x: return np.linalg.solve(A, RHS) → -np.linalg.solve(A, RHS)"]
    answer = ("linear_algebra", "la_x")
    assert _Chain(sources, [sign], "code").copy(answer, "wrong", "Said.") is not None
    assert _Chain(sources, [sign, constant], "code").copy(answer, "wrong", "Said.") is None


SHADOWED = """
from . import other


def inner(x):
    return 3 * x


def helper(x):
    return inner(x)


def right(x, helper):
    return inner(x) + helper + other.twice(x)
"""
OTHER = "from .main import inner\n\n\ndef twice(x):\n    return 2 * inner(x)\n"


def test_only_functions_on_the_way_are_copied(tmp_path: Path) -> None:
    """A parameter that is called like one of them is none; one of another module is imported by its new name."""
    package = tmp_path / "reference"
    package.mkdir()
    for name, text in {"__init__": "", "main": SHADOWED, "other": OTHER}.items():
        (package / f"{name}.py").write_text(text)
    sources = read_sources(Reference(tmp_path))
    mutants = [one for _, several in list_mutants(sources) for one in several]
    (factor,) = [one for one in mutants if one.id == "main.inner: 3 * x → x"]
    parts = _Chain(sources, [factor], "code").copy(("main", "right"), "wrong", "Said.")
    assert parts == {
        "main": [
            "from .other import twice__code",
            'def inner__code(x):\n    """Return what inner gives with this mistake made."""\n    return x',
            'def wrong(x, helper):\n    """Said."""\n    return inner__code(x) + helper + twice__code(x)',
        ],
        "other": [
            "from .main import inner__code",
            (
                'def twice__code(x):\n    """Return what twice gives with this mistake made."""\n'
                "    return 2 * inner__code(x)"
            ),
        ],
    }
