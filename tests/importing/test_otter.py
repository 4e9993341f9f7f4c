"""Otter Assign's raw cells, YAML and marks in code, read into questions."""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader.errors import UsageError
from grader.importing.otter import read_points, read_test, share_points, split_solution
from grader.submission.notebook import AuthoredCell
from tests.importing.conftest import code, from_otter, raw, text


def wrap(*inside: AuthoredCell, config: str = "name: q1") -> tuple[AuthoredCell, ...]:
    """Return the cells of a question."""
    return (raw(f"# BEGIN QUESTION\n{config}"), *inside, raw("# END QUESTION"))


def solved(source: str) -> tuple[AuthoredCell, ...]:
    """Return the cells of a solution."""
    return (raw("# BEGIN SOLUTION"), code(source), raw("# END SOLUTION"))


def with_tests(*sources: str) -> tuple[AuthoredCell, ...]:
    """Return the cells of tests."""
    return (raw("# BEGIN TESTS"), *map(code, sources), raw("# END TESTS"))


@pytest.mark.parametrize(
    ("source", "own", "release"),
    [
        ("x = 2 # SOLUTION", "x = 2", "x = ..."),
        ("    return x # SOLUTION", "    return x", "    ..."),
        ("a = 1 # SOLUTION NO PROMPT\nb", "a = 1\nb", "b"),
        ("def f():\n    # BEGIN SOLUTION\n    return 1\n    # END SOLUTION",
         "def f():\n    return 1", "def f():\n    ..."),
        ('# BEGIN SOLUTION NO PROMPT\nx = 1\n# END SOLUTION\n""" # BEGIN PROMPT\nx = ...\n"""; # END PROMPT',
         "x = 1", "x = ..."),
        ("a # IGNORE\n# BEGIN IGNORE\nb\n# END IGNORE\nc", "c", "c"),
        ("## solution ##\nx = 1", "x = 1", "x = 1"),
        ("np.random.seed(4) # SEED", "np.random.seed(4)", ""),
        ("x == 1 # SOLUTION", "x == 1", "..."),
    ],
)  # fmt: skip
def test_solution_and_release_are_told_apart(source: str, own: str, release: str) -> None:
    """By the marks in its lines, as Otter does it."""
    assert split_solution(source) == (own, release)


def test_a_question_with_its_cells() -> None:
    """Given text, solution, tests of which one is hidden; a point is shared by the tests."""
    tests = with_tests("f(2) == 4", "# HIDDEN\nf(3) == 9")
    notebook = from_otter(
        raw("# ASSIGNMENT CONFIG\nfiles:\n    - x.csv"),
        text("Welcome"),
        *wrap(
            text("Square it."),
            *solved("def f(x):\n    return x**2 # SOLUTION"),
            *tests,
        ),
        text("Well done."),
    )
    (question,) = notebook.questions
    assert notebook.files == {"x.csv"}
    assert [block.release for block in notebook.introduction] == ["Welcome"]
    assert [block.release for block in question.blocks] == ["Square it.", "def f(x):\n    ...", "Well done."]
    assert [(one.visible, one.hidden, one.points) for one in question.tests] == [
        ("f(2) == 4", "", Fraction(1, 2)),
        ("", "f(3) == 9", Fraction(1, 2)),
    ]


def test_marks_may_be_fenced_in_texts() -> None:
    """The other way to write them, where raw cells are hard to come by."""
    cells = [text(f"```otter\n{cell.source}\n```") if cell.kind == "raw" else cell for cell in wrap(*with_tests("x"))]
    assert [one.id for one in from_otter(*cells).questions] == ["q1"]


def test_what_people_mark() -> None:
    """A text with its prompt, and one without points of its own: it is worth one."""
    solution_ = (raw("# BEGIN SOLUTION"), text("Mint."), raw("# END SOLUTION"))
    prompt = (raw("# BEGIN PROMPT"), text("_Here._"), raw("# END PROMPT"))
    (question,) = from_otter(*wrap(*prompt, *solution_, config="name: 4\nmanual: true")).questions
    assert (question.id, question.manual) == ("4", 1)
    assert [(block.solution, block.release) for block in question.answers] == [("", "_Here._"), ("Mint.", "")]


@pytest.mark.parametrize(
    ("points", "own", "shares"),
    [
        (None, [None, None], ["1/2", "1/2"]),
        (6, [None, None, None], ["2", "2", "2"]),
        (None, [2, None], ["2", "0"]),
        (6, [2, None], ["2", "4"]),
        ([10, 2], [None, None], ["10", "2"]),
        ({"each": 3}, [None, None], ["3", "3"]),
        (1, [2, None], ["2", "0"]),
    ],
)
def test_points_are_shared_as_otter_does(points: object, own: list[int | None], shares: list[str]) -> None:
    """Exactly: what is left of the whole goes to the tests without points of their own."""
    total, each = read_points(points, "nb")
    stated = [None if one is None else Fraction(one) for one in own]
    assert share_points(total, each, stated) == [Fraction(share) for share in shares]


def test_a_test_has_a_configuration() -> None:
    """Above its code; it may be hidden by it."""
    source = '""" # BEGIN TEST CONFIG\npoints: 2\nhidden: true\n""" # END TEST CONFIG\nx == 1'
    assert read_test(source, "nb") == ("x == 1", True, {"points": 2, "hidden": True})


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ((raw("# BEGIN QUESTION\nname: q1"),), "nb, cell 1: the question has no end"),
        ((raw("# BEGIN QUESTION\nname: q1"), raw("# BEGIN QUESTION\nname: q2")), "nb, cell 2: expected # END QUESTION"),
        ((raw("# END QUESTION"),), "nb, cell 1: # END QUESTION stands in no question"),
        ((raw("# BEGIN TESTS"),), "nb, cell 1: # BEGIN TESTS stands in no question"),
        (wrap(*with_tests("x"), config="points: 1"), "nb, cell 1: expected a name"),
        (
            wrap(*with_tests("x"), config="name: q1\npoints: many"),
            "nb, cell 1: expected a number of points, got 'many'",
        ),
        (wrap(*with_tests("x"), config="name: [q1"), "nb, cell 1: its YAML cannot be read"),
        (wrap(*with_tests("x"), config="- q1"), "nb, cell 1: expected keys and values in YAML, got list"),
    ],
)
def test_what_cannot_be_read_is_an_error_with_its_place(cells: tuple[AuthoredCell, ...], said: str) -> None:
    """Never half a question."""
    with pytest.raises(UsageError) as caught:
        from_otter(*cells)
    assert str(caught.value).startswith(said)


def test_a_question_without_test_is_said() -> None:
    """Its cells go to the next one."""
    notebook = from_otter(*wrap(*solved("x = 1")), *wrap(*with_tests("x"), config="name: q2"))
    assert [one.id for one in notebook.questions] == ["q2"]
    assert notebook.notes == ("nb: q1 has no test and became no part",)
