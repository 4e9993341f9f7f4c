"""Tests lie where their module lies: `tests/<package>/test_<module>.py` is about `grader/<package>/<module>.py`."""

from __future__ import annotations

from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent
BESIDE_THE_PROGRAM = ("bench", "numgrade_student", "reference")  # packages of their own, with test folders of their own
MIRRORING = sorted(
    path.relative_to(TESTS)
    for path in TESTS.rglob("test_*.py")
    if path.relative_to(TESTS).parts[0] != Path(__file__).parent.name
)


def find_module(test: Path) -> Path | None:
    """Return the module that a test's name begins with: `test_reduce_figures.py` may be about `reduce.py`."""
    package = ROOT if test.parts[0] in BESIDE_THE_PROGRAM else ROOT / "grader"
    words = test.stem.removeprefix("test_").split("_")
    names = ("_".join(words[:count]) for count in range(len(words), 0, -1))
    return next((path for name in names if (path := package / test.parent / f"{name}.py").is_file()), None)


@pytest.mark.parametrize("test", MIRRORING, ids=str)
def test_test_is_named_after_its_module(test: Path) -> None:
    """What crosses packages is no module's test, and lies in `tests/crossings`."""
    assert find_module(test) is not None, f"tests/{test} is named after no module; what it crosses lies in crossings/"


def test_name_of_no_module_is_seen() -> None:
    """A module of another package, or half of a module's name, is not enough."""
    assert find_module(Path("judge/test_store.py")) is None
    assert find_module(Path("judge/test_comp.py")) is None
    assert find_module(Path("judge/test_compare_more.py")) == ROOT / "grader" / "judge" / "compare.py"
