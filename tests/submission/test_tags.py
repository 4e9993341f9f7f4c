"""Cells find their exercise and part by their tags."""

import pytest

from grader.submission.tags import clean_tags, place_of

PLACES = [
    (["ex1"], ("1", None)),
    (["exercise-1"], ("1", None)),
    (["exercise:1"], ("1", None)),
    (["EX1A"], ("1", "1a")),
    (["1a"], ("1", "1a")),
    (["part-1a"], ("1", "1a")),
    (["ex1d_text"], ("1", "1d")),
    (["ex1_kl"], ("1", None)),
    (["ex1_r"], ("1", None)),
    (["ex10b_text"], ("10", "10b")),
    (["ex1", "1a"], ("1", "1a")),
    (["1a", "ex1"], ("1", "1a")),
    (["ex1", "2a"], ("1", None)),
    (["solution", "ex3", "ex4"], ("3", None)),
    (["1"], (None, None)),
    (["ex0"], (None, None)),
    (["example1"], (None, None)),
    (["hide-input", "1ab"], (None, None)),
    ([], (None, None)),
]


@pytest.mark.parametrize(("tags", "place"), PLACES, ids=[" ".join(tags) or "none" for tags, _ in PLACES])
def test_tags_name_exercise_and_part(tags: list[str], place: tuple[str | None, str | None]) -> None:
    """Every accepted form names its exercise, and its part only where that belongs to the exercise."""
    assert place_of(tags) == place


def test_tags_that_are_no_text_are_ignored() -> None:
    """Numbers, lists, escape codes, repetitions and overlong texts are no tags; the rest keeps its order."""
    tags = ["b", 1, None, ["a"], "a", " b ", "", "\x1b[2J", "x" * 101]
    assert clean_tags(tags) == ("b", "a")
    assert len(clean_tags(str(index) for index in range(1000))) == 64
