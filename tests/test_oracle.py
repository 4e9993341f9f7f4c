from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from grader.course import Argument
from grader.errors import CourseError
from grader.judge.expectations import MANY, RejectedByReference, arguments_of
from grader.judge.probes import MAX_CALLS
from grader.model import Call
from grader.oracle import Oracle
from grader.reference import Reference
from tests.judge.conftest import Quiz

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

def singular():
    matrix = np.zeros((2, 2))
    return np.linalg.inv(matrix)

def overflowing():
    return float(np.exp(np.float64(1000.0)))

number = 3
"""


INPUTS = """
def rows():
    return [(1, 2.0), [0.5, 3], (1, 2.0)]

def too_short():
    return [(1.0, 2.0), (1.0,)]

def words():
    return [(1.0, object())]

def none_at_all():
    return []

def no_rows():
    return 3

def one_string():
    return "ab"

def raises():
    return [][0]

def yields():
    yield 1, 2
    yield 3, 4

def fails_later():
    yield 1, 2
    yield 1 / 0, 2

def endless():
    x = 0
    while True:
        yield (x := x + 1), 2

def lazy_string():
    yield "ab"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of a course with a made-up reference."""
    package = tmp_path / "course" / "reference"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "exercise1.py").write_text(MODULE)
    (package / "inputs.py").write_text(INPUTS)
    return package.parent


@pytest.fixture
def oracle(folder: Path) -> Oracle:
    """Return an oracle over the made-up reference."""
    course = Quiz().ask("x", "number", rule="close").course
    (exercise,) = course.exercises
    # Exercise 2 has a module that raises when it runs; exercise 3 has none.
    (folder / "reference" / "exercise2.py").write_text("raise RuntimeError('no')")
    exercises = (exercise, exercise.model_copy(update={"id": "2"}), exercise.model_copy(update={"id": "3"}))
    return Oracle(course.model_copy(update={"exercises": exercises}), Reference(folder))


def test_a_value_is_computed_once(oracle: Oracle) -> None:
    """The reference is asked the first time only."""
    assert (oracle.value("1", "one"), oracle.value("1", "one")) == (1.0, 1.0)
    assert oracle.reference.module("exercise1").asked == [1]


@pytest.mark.parametrize(
    ("exercise", "name"), [("1", "broken"), ("1", "number"), ("1", "nobody"), ("2", "x"), ("3", "x")]
)
def test_a_broken_reference_is_a_course_error(oracle: Oracle, exercise: str, name: str) -> None:
    """A missing module, function or key is the author's, and the error says where."""
    with pytest.raises(CourseError, match=f"reference/exercise{exercise}") as caught:
        oracle.value(exercise, name)
    assert not isinstance(caught.value, RejectedByReference)


def test_what_the_reference_raises_has_its_file_and_line(oracle: Oracle) -> None:
    """The problem stands at the line of the author's own that raised, and carries the words of the exception."""
    with pytest.raises(CourseError) as caught:
        oracle.value("1", "broken")
    (problem,) = caught.value.problems
    line = MODULE.splitlines().index('    return {}["nothing"]') + 1
    assert (problem.file, problem.line, problem.key) == ("reference/exercise1.py", line, "broken")
    assert "KeyError: 'nothing'" in problem.message


def test_what_numpy_raises_stands_at_the_references_own_line(oracle: Oracle) -> None:
    """The author can mend the line that called NumPy, and nothing in NumPy."""
    with pytest.raises(CourseError) as caught:
        oracle.value("1", "singular")
    (problem,) = caught.value.problems
    line = MODULE.splitlines().index("    return np.linalg.inv(matrix)") + 1
    assert (problem.file, problem.line, problem.key) == ("reference/exercise1.py", line, "singular")
    assert "LinAlgError: Singular matrix" in problem.message


def test_a_rejected_argument_is_told_from_a_broken_reference(oracle: Oracle) -> None:
    """A `ValueError` for a student's odd value is no fault of the author's."""
    picky = oracle.function("1", "picky")
    assert picky(1.0) == 1.0
    with pytest.raises(RejectedByReference, match="x is negative"):
        picky(-1.0)


def test_a_numpy_warning_of_the_reference_stays_quiet(oracle: Oracle) -> None:
    """Infinities are values here, and no warning escapes."""
    assert oracle.value("1", "overflowing") == np.inf


def test_arguments_are_floats_and_fresh_arrays() -> None:
    """Each call gets arrays of its own, so that nothing written into them is seen again."""
    call = Call(args=(0.5, (1.0, 2.0), ((1.0, 2.0), (3.0, 4.0))))
    first, second = arguments_of(call), arguments_of(call)
    assert first[0] == 0.5
    assert [getattr(argument, "shape", None) for argument in first] == [None, (2,), (2, 2)]
    assert first[1] is not second[1]


X, Y = Argument(name="x"), Argument(name="y")


def test_inputs_are_calls_without_repeats(oracle: Oracle) -> None:
    """Rows may be tuples or lists; equal ones are one call; each generator is asked once."""
    calls = oracle.inputs("rows", (X, Y))
    assert calls == (Call(args=(1, 2.0)), Call(args=(0.5, 3)))
    assert oracle.inputs("rows", (X, Y)) is calls


def test_inputs_may_be_yielded(oracle: Oracle) -> None:
    """A generator in Python's sense is as good as a list."""
    assert oracle.inputs("yields", (X, Y)) == (Call(args=(1, 2)), Call(args=(3, 4)))


def test_a_generator_that_never_ends_is_left(oracle: Oracle) -> None:
    """It gives many more calls than any function gets, which is a problem of its own."""
    assert len(oracle.inputs("endless", (X, Y))) == MANY + 1 > MAX_CALLS


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("too_short", r"row 1: expected a tuple of .*\(x, y\), got \(1.0,\)"),
        ("words", "row 0: expected a number"),
        ("none_at_all", "at least one row"),
        ("no_rows", "expected a list of argument tuples, got .*int"),
        ("one_string", "expected a list of argument tuples, got .*str"),
        ("raises", "raised IndexError"),
        ("nobody", "not found: expected a function nobody; there is endless, fails_later, lazy_string, no_rows"),
        ("fails_later", "raised ZeroDivisionError"),
        ("lazy_string", "row 0: expected a tuple of "),
    ],
)
def test_inputs_that_are_none_are_the_authors_mistake(oracle: Oracle, name: str, message: str) -> None:
    """Rows that do not fit the parameters, no rows, and a generator that fails are course errors that say so."""
    with pytest.raises(CourseError, match=message) as caught:
        oracle.inputs(name, (X, Y))
    assert all(problem.file.startswith("reference/inputs.py") for problem in caught.value.problems)
