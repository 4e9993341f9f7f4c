"""Whether a text answer holds anything that a student wrote."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from grader.judge.placeholder import show_points, text_placeholder
from grader.spec import load_course
from numgrade_student.texts import is_untouched

PART = load_course(Path(__file__).parents[1] / "spec" / "small").exercises[0].parts[1]
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
        f"{LAST}\n{FIRST}\n{FIRST}",
        f"{PLACEHOLDER}\n\n{PLACEHOLDER}",
        "**ex1b_text**",
        "ex1b_text:\n\n...",
        "**ex1b_text** (2 points):",
        f"{FIRST}\n\n...",
        f"{PLACEHOLDER}\n\u200b",
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
        "**ex1b_text**: 7",
        "ex1b_text because",
        "<img src='board.png'>",
        "<!-- never closed",
        "&infin;",
        PLACEHOLDER.replace("answer", "reply"),
    ],
)
def test_a_word_of_ones_own_is_an_answer(text: str) -> None:
    """Anything that the starter did not say is kept for a human, however short."""
    assert not is_untouched(text, PLACEHOLDER)


@pytest.mark.parametrize(
    "char",
    [
        "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00a0", "\u00ad", "\u034f", "\u061c", "\u115f", "\u1160",
        "\u17b4", "\u180b", "\u180f", "\u2028", "\u2029", "\u202e", "\u2066", "\u2800", "\u3000", "\u3164", "\ufe0f",
        "\uffa0", "\ufff0", "\U000e0020", "\U000e0100", "\x00", "\x7f", "\x85", "&nbsp;", "&#8203;", "&shy;", "<br>",
        "<!-- a remark -->",
    ],
)  # fmt: skip
def test_what_shows_nothing_is_no_answer(char: str) -> None:
    """Alone, many times, and after the starter's own words."""
    for text in (char, char * 40, f" {char}\n\n{char} ", f"{PLACEHOLDER}{char}", f"{char}\n{FIRST}"):
        assert is_untouched(text, PLACEHOLDER)
    assert not is_untouched(f"{char}7{char}", PLACEHOLDER)


def test_a_long_text_is_looked_through_quickly() -> None:
    """Comments that never close, and lines of the starter over and over, take time in proportion to their length."""
    assert not is_untouched("<!--" * 16_000, PLACEHOLDER)
    assert is_untouched(f"{LAST}\n" * 1_000, PLACEHOLDER)
    assert not is_untouched(f"{LAST}\n" * 1_000 + "x", PLACEHOLDER)


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
