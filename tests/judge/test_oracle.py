from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.errors import CourseError
from grader.model import Call
from grader.oracle import Oracle, ReferenceRefused, arguments_of

MODULE = """
import numpy as np

asked = []

def one():
    asked.append(1)
    return 1.0

def picky(x):
    if x < 0:
        raise ValueError("x is negative")
    return x

def broken():
    return {}["nothing"]

def overflowing():
    return float(np.exp(np.float64(1000.0)))

number = 3
"""


@pytest.fixture
def oracle(bench: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Oracle:
    """Return an oracle over a made-up reference package of its own name."""
    package = tmp_path / "madeup_reference"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "exercise1.py").write_text(MODULE)
    (package / "exercise2.py").write_text("raise RuntimeError('no')")
    monkeypatch.syspath_prepend(tmp_path)
    for name in [name for name in sys.modules if name.startswith("madeup_reference")]:
        monkeypatch.delitem(sys.modules, name)
    course = bench.ask("x", "number", rule="close").course
    file = course.file.model_copy(update={"reference": "madeup_reference"})
    return Oracle(course.model_copy(update={"file": file}))


def test_a_value_is_computed_once(oracle: Oracle) -> None:
    """The reference is asked the first time only."""
    assert (oracle.value("1", "one"), oracle.value("1", "one")) == (1.0, 1.0)
    assert sys.modules["madeup_reference.exercise1"].asked == [1]


@pytest.mark.parametrize(
    ("exercise", "name"), [("1", "broken"), ("1", "number"), ("1", "nobody"), ("2", "x"), ("3", "x")]
)
def test_a_broken_reference_is_a_course_error(oracle: Oracle, exercise: str, name: str) -> None:
    """A missing module, function or key is the author's, and the error says where."""
    with pytest.raises(CourseError, match=f"madeup_reference.*exercise{exercise}") as caught:
        oracle.value(exercise, name)
    assert not isinstance(caught.value, ReferenceRefused)


def test_a_refused_argument_is_told_from_a_broken_reference(oracle: Oracle) -> None:
    """A `ValueError` for a student's odd value is no fault of the author's."""
    picky = oracle.function("1", "picky")
    assert picky(1.0) == 1.0
    with pytest.raises(ReferenceRefused, match="x is negative"):
        picky(-1.0)


def test_a_numpy_warning_of_the_reference_stays_quiet(oracle: Oracle) -> None:
    """Infinities are values here, and no warning escapes."""
    assert oracle.value("1", "overflowing") == np.inf


def test_what_is_derived_is_computed_once(oracle: Oracle) -> None:
    """The second question for a key does not compute."""
    assert oracle.derive("key", lambda: 1) == 1
    assert oracle.derive("key", lambda: 2) == 1


def test_arguments_are_floats_and_fresh_arrays() -> None:
    """Each call gets arrays of its own, so that nothing written into them is seen again."""
    call = Call(args=(0.5, (1.0, 2.0), ((1.0, 2.0), (3.0, 4.0))))
    first, second = arguments_of(call), arguments_of(call)
    assert first[0] == 0.5
    assert [getattr(argument, "shape", None) for argument in first] == [None, (2,), (2, 2)]
    assert first[1] is not second[1]
