"""Whether a text answer holds anything that a student wrote."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from grader.spec import load_course
from grader.spec.texts import is_untouched, show_points, text_placeholder

PART = load_course(Path(__file__).parent / "small").exercises[0].parts[1]
PLACEHOLDER = text_placeholder(PART, PART.answers[0])
FIRST, LAST = PLACEHOLDER.split("\n\n")


def test_the_placeholder_asks_the_question() -> None:
    """It names the answer, its points and what is asked."""
    assert FIRST == "**ex1b_text** (2 points): Why the area is a product."


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t\n",
        "#\n# \n",
        "...",
        "---",
        PLACEHOLDER,
        FIRST,
        LAST,
        f"\n  {LAST}  \n",
        "\n".join(f"# {line}" for line in PLACEHOLDER.splitlines()),
        "\n".join(f"#{line}" for line in PLACEHOLDER.splitlines()),
        PLACEHOLDER.replace(" ", "\n"),
        PLACEHOLDER.replace("\n\n", "\r\n\r\n"),
    ],
)
def test_the_starters_own_words_are_no_answer(text: str) -> None:
    """All of them, some of their lines, or none, whatever the space and comment signs between."""
    assert is_untouched(text, PLACEHOLDER)


@pytest.mark.parametrize(
    "text",
    [
        "product",  # a word of the question
        "Why",
        "yes",
        "∞",
        "42",
        f"{FIRST}\n\nRows times columns.",
        f"Rows times columns.\n\n{LAST}",
        f"{PLACEHOLDER}\nx",
        f"{LAST}\n{FIRST}\n{FIRST}",
        PLACEHOLDER.replace("answer", "reply"),
    ],
)
def test_a_word_of_ones_own_is_an_answer(text: str) -> None:
    """Anything that the starter did not say is kept for a human, however short."""
    assert not is_untouched(text, PLACEHOLDER)


@pytest.mark.parametrize(
    ("points", "shown"),
    [
        (Fraction(1), "1 point"),
        (Fraction(2), "2 points"),
        (Fraction(1, 4), "0.25 points"),
        (Fraction(1, 3), "1/3 points"),
        (Fraction(0), "0 points"),
    ],
)
def test_points_are_shown_exactly(points: Fraction, shown: str) -> None:
    """A decimal where it is exact, else a fraction."""
    assert show_points(points) == shown
