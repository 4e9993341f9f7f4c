"""Where answers in words are found: by tag, by the name that a cell begins with, or below the untouched cell."""

from __future__ import annotations

import pytest

from numgrade_student.cells import Cell
from numgrade_student.course import PublicCourse
from numgrade_student.texts import find_place, find_texts, is_untouched

OWN = "**ex1b_text** (1 point): Why it is so.\n\n*Replace this line by your answer.*"
TAGS = ("ex1", "1b", "ex1b_text")


def find(course: PublicCourse, *cells: tuple[str, tuple[str, ...]]) -> str:
    """Return what is found of the text of 1b."""
    listed = [Cell(number, "markdown", text, tags) for number, (text, tags) in enumerate(cells, 1)]
    return find_texts(course, listed)["ex1b_text"]


@pytest.mark.parametrize(
    ("cells", "state"),
    [
        ([], "missing"),
        ([(OWN, TAGS)], "missing"),
        ([("", TAGS)], "missing"),
        ([("\u200b\u2063", TAGS)], "missing"),
        ([("**ex1b_text** (1 point): Why it is so.\n\nBecause.", TAGS)], "there"),
        ([("Because.", TAGS)], "there"),
        ([("## ex1b_text\n\nBecause.", ())], "there"),
        ([("**ex1b_text**", ())], "missing"),
        ([(OWN, TAGS), ("Because.", ())], "below"),
        ([(OWN, TAGS), ("---", ())], "missing"),
        ([(OWN, TAGS), ("### 2a: An array (1 point)", ()), ("Because.", ())], "missing"),
        ([(OWN, TAGS), ("# Exercise 2", ()), ("Because.", ())], "missing"),
        ([(OWN, TAGS), ("# My reasons", ()), ("Because.", ())], "below"),
        ([(OWN, TAGS), ("x", ("ex2",)), ("Because.", ())], "missing"),
    ],
)
def test_where_a_text_is_found(tiny: PublicCourse, cells: list[tuple[str, tuple[str, ...]]], state: str) -> None:
    """As the grader finds it."""
    assert find(tiny, *cells) == state


@pytest.mark.parametrize(
    ("tag", "place"),
    [("ex1", ("1", None)), ("1a", ("1", "1a")), ("part-1b", ("1", "1b")), ("exercise-2", ("2", None)),
     ("EX1_N", ("1", "1a")), ("ex1b", ("1", "1b")), ("exam", None), ("hide-input", None)],
)  # fmt: skip
def test_tags_say_where_a_cell_belongs(tiny: PublicCourse, tag: str, place: tuple[str, str | None] | None) -> None:
    """Exercises, parts and answers, in the forms that people write."""
    found = find_place(tiny, [tag])
    assert (None if found is None else (found[0].id, found[1] and found[1].id)) == place


def test_the_starters_own_words_are_no_answer() -> None:
    """All of them, some, again, or as comments; one word of one's own is an answer."""
    assert is_untouched(f"{OWN}\n\n{OWN}", OWN)
    assert is_untouched("# **ex1b_text**", OWN)
    assert not is_untouched("Why", OWN)
    assert not is_untouched(f"{OWN}\n∞", OWN)
