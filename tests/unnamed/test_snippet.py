"""What is offered makes the mistake a known one: the course loads, is valid, and recognises who makes it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from grader.pipeline import Grader, judge, load_grader
from grader.unnamed import Explained, find_unnamed
from grader.unnamed.snippet import Snippet
from grader.validate import validate_course
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
    from dataclasses import replace

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
