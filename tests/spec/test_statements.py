"""What students read: formulas are closed, names are answers, answers are named."""

from __future__ import annotations

import pytest

from grader.course import Answer, BaseCheck, Exercise, Part
from grader.spec.statements import find_statement_problems
from grader.spec.yaml12 import Document


def find(statement: str, *answers: Answer) -> list[tuple[int, str]]:
    """Return line (of the text, from 0) and words of what is wrong with the statement of a part."""
    listed = answers or (Answer(name="x", kind="number", about="Any number at all."),)
    check = BaseCheck(id="x", answer=listed[0].name)
    part = Part(id="a", title="The only part", points=0, statement=statement, answers=listed, checks=(check,))
    exercise = Exercise(
        schema="grader/exercise/v1", id="one", title="An exercise", statement="Give `x` here.", parts=(part,)
    )
    document = Document("one.yaml", {}, {(): 1}, {("parts", 0, "statement"): 0})
    return [(problem.line, problem.message) for problem in find_statement_problems(document, exercise)]


@pytest.mark.parametrize(
    "text",
    [
        "A formula $a$ and $b$ in a line.",
        "Two that touch: $a$$b$ in a line.",
        "A display:\n\n$$a\n= b$$\n\nand more.",
        "A price of \\$5 in it.",
        "Code such as `echo $HOME` is no formula.",
        "A block:\n\n```\necho $HOME\n```\n\nand more.",
        "A formula over $a\n= b$ two lines.",
        "Nothing of the kind.",
    ],
)
def test_closed_formulas_are_in_order(text: str) -> None:
    """Formulas in a line and displayed, escaped dollars and dollars in code."""
    assert find(text) == []


@pytest.mark.parametrize(
    ("text", "line", "sign"),
    [
        ("First line.\nThen $a without end.", 1, "$"),
        ("First $a without end.\n\nThen $b$ is fine.", 0, "$"),
        ("First $a without end.\n$$b$$", 0, "$"),
        ("A display:\n\n$$a = b\n\nand more.", 2, "$$"),
        ("A display:\n\n$$a = b$\n\nand more.", 2, "$$"),
        ("One $a$$b without end.", 0, "$"),
    ],
)
def test_an_open_formula_is_named_with_its_line(text: str, line: int, sign: str) -> None:
    """A formula ends in its paragraph."""
    ((found, words),) = find(text)
    assert found == line
    assert words.startswith(f"expected a closing {sign} in the same paragraph")


def test_a_name_that_looks_like_an_answer_must_be_one() -> None:
    """Only names that begin like several answers do: others may be anything."""
    answers = (
        Answer(name="lin_x", kind="number", about="Any number at all."),
        Answer(name="lin_f", kind="function", arguments=("lin_t",), about="Any function at all."),
        Answer(name="lin_c", kind="choice", choices=("lin_one", "lin_two"), about="Any choice at all."),
    )
    text = "Give `lin_x`, `lin_f(lin_t)` and `lin_c`, one of `lin_one`;\nuse `np.linalg`, `other_name`, `lin_y`."
    assert find(text, *answers) == [(1, "lin_y is not an answer of this exercise: did you mean lin_x?")]


def test_an_answer_must_be_named() -> None:
    """As a whole word, in a statement of its exercise."""
    answers = (Answer(name="y", kind="number", about="Any number at all."),)
    ((_, words),) = find("Give `my_y` here.", *answers)
    assert words == "y: expected its name in the statement of part a, and no statement names it"
    assert find("Give `y(t)` here.", *answers) == []
