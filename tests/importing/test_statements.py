"""What students read."""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader.importing.assignment import Block
from grader.importing.statements import describe_answers, split_heading, write_statement
from grader.importing.suggest import Draft


def test_texts_as_they_are_and_code_in_fences() -> None:
    """Images lie with the data; rules between questions are dropped."""
    blocks = [
        Block("markdown", "given", "", "---\nLook: ![](a.png) ![](b.png)"),
        Block("code", "given", "", "x = 1"),
        Block("markdown", "given", "", " "),
    ]
    assert write_statement(blocks, {"a.png": "a.png"}) == "Look: ![](data/a.png) ![](b.png)\n\n```python\nx = 1\n```"


@pytest.mark.parametrize(
    ("text", "title", "rest"),
    [
        ("## Part A (2 points)\n\nDo it.", "Part A", "Do it."),
        ("---\n# **Heat** #\nDo it.", "Heat", "Do it."),
        ("**Question 1:** Do it.", "Question 1", "**Question 1:** Do it."),
        ("Do it.", "", "Do it."),
        ("# A\nDo it.", "", "# A\nDo it."),
    ],
)
def test_a_heading_is_the_title(text: str, title: str, rest: str) -> None:
    """Without marks and points; bold words at the beginning stay in the text."""
    heading = split_heading(text)
    assert (heading.title, heading.text) == (title, rest)


def test_every_answer_is_named() -> None:
    """What the statement does not name stands below it."""
    drafts = [
        Draft("x", "number", "The number.", Fraction(1)),
        Draft("y", "number", "The other.", Fraction(1)),
        Draft("z", "array", "The values.", Fraction(1), observed="f()"),
    ]
    said = describe_answers("Set `x`, please.", drafts, "q")
    assert "`y`: The other." in said
    assert "`z`: The values. Set it to `f()`." in said
    assert "cell of **q**" in said
    assert "- `x`" not in said
