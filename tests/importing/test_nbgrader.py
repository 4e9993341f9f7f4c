"""nbgrader's metadata and regions, read into questions."""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader.errors import UsageError
from grader.importing.nbgrader import CODE_STUB, TEXT_STUB, read_points, split_solution, split_test
from tests.importing.conftest import code, from_nbgrader, graded, solution, text

SOLVED = "def f(x):\n    ### BEGIN SOLUTION\n    return x\n    ### END SOLUTION\n"


def test_solution_is_taken_out_of_the_release_at_its_depth() -> None:
    """The stub stands where the solution stood, indented like it."""
    own, release = split_solution(SOLVED, CODE_STUB)
    assert own == "def f(x):\n    return x"
    assert release == "def f(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()"


def test_a_cell_without_region_is_solution_as_a_whole() -> None:
    """As nbgrader does it."""
    assert split_solution("x = 2", CODE_STUB) == ("x = 2", CODE_STUB)


def test_hidden_tests_are_told_from_those_that_students_see() -> None:
    """And what nbgrader would generate tests from is looked at."""
    source = (
        "assert f(1) == 1\n### BEGIN HIDDEN TESTS\nassert f(2) == 2\n### END HIDDEN TESTS\n### HASHED AUTOTEST f(3)"
    )
    assert split_test(source) == ("assert f(1) == 1\nf(3)", "assert f(2) == 2")


def test_a_question_is_a_solution_with_the_tests_below_it() -> None:
    """What stands between them belongs to it, and its points are those of its tests."""
    notebook = from_nbgrader(
        text("Welcome"), text("Part A"), solution(SOLVED, "f"), text("Try it"), graded("assert f(1) == 1", 0.1, "t"),
        text("Part B"), solution("y = 2", "y"), graded("assert y == 2", 2, "u"), text("The end"),
    )  # fmt: skip
    first, second = notebook.questions
    assert [block.release for block in notebook.introduction] == ["Welcome"]
    assert [block.release.split("\n")[0] for block in first.blocks] == ["Part A", "def f(x):", "Try it"]
    assert [block.role for block in first.blocks] == ["given", "answer", "given"]
    assert (first.id, first.tests[0].points, first.manual) == ("f", Fraction(1, 10), None)
    assert [block.release for block in second.blocks] == ["Part B", CODE_STUB, "The end"]


def test_cells_before_their_common_tests_are_one_question() -> None:
    """Two solutions, then the tests of both."""
    (question,) = from_nbgrader(solution("x = 1", "x"), solution("y = 2", "y"), graded("assert x < y")).questions
    assert [block.solution for block in question.answers] == ["x = 1", "y = 2"]


def test_what_people_mark_has_points_and_a_scheme() -> None:
    """Texts, code and tasks; a mark scheme is for markers and not for students."""
    marks = {"grade": True, "solution": True}
    scheme = "State it.\n=== BEGIN MARK SCHEME ===\nOne for the sum.\n=== END MARK SCHEME ===\n"
    words, program, task = from_nbgrader(
        text("It is so.", **marks, points=1, grade_id="a"),
        code("z = 3", **marks, points=2, grade_id="b"),
        text(scheme, grade=True, solution=False, task=True, points=4, grade_id="cell-0123456789abcdef"),
    ).questions
    assert [(block.solution, block.release) for block in words.answers] == [("It is so.", TEXT_STUB)]
    assert (program.manual, [block.kind for block in program.answers]) == (2, ["code"])
    assert (task.id, task.manual, task.scheme) == ("question-3", 4, "One for the sum.")
    assert [block.release.strip() for block in task.blocks] == ["State it.", TEXT_STUB]


def test_a_solution_that_nothing_grades_is_given_to_the_next_question() -> None:
    """It is said, and its cell is not lost."""
    notebook = from_nbgrader(solution("x = 1", "x"), text("q", grade=True, solution=True, points=1, grade_id="t"))
    assert [one.id for one in notebook.questions] == ["t"]
    first = notebook.questions[0].blocks[0]
    assert (first.role, first.solution) == ("given", "x = 1")
    assert notebook.notes == ("nb: x earns no points and became no part",)


def test_a_test_without_solution_is_said() -> None:
    """It stays a question: somebody gave points for it."""
    notebook = from_nbgrader(graded("assert x == 1", 1, "lost"))
    assert notebook.questions[0].id == "lost"
    assert notebook.notes == ("nb, cell 1: the test lost stands below no solution",)


@pytest.mark.parametrize("points", [None, "1", True, -1, float("nan"), 1e9, [1]])
def test_points_that_are_none_are_an_error(points: object) -> None:
    """Never guessed."""
    with pytest.raises(UsageError, match="cell 3: expected a number of points"):
        read_points(points, "nb, cell 3")


@pytest.mark.parametrize("grade_id", [None, "", "a b", "../x", 3])
def test_a_cell_without_an_id_is_an_error(grade_id: object) -> None:
    """With its place."""
    with pytest.raises(UsageError, match=r"nb, cell 1: expected a grade_id"):
        from_nbgrader(code("x = 1", grade=False, solution=True, grade_id=grade_id))
