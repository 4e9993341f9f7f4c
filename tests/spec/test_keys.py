"""Which keys an author may write where, asked of the records."""

from __future__ import annotations

import pytest

from grader.course import CourseFile, Rubric
from grader.spec.files import ExerciseFile
from grader.spec.keys import list_keys, suggest


def test_the_keys_of_a_check_are_those_of_its_rule() -> None:
    """Another rule's keys are not offered, and those inside a key are found."""
    data = {"parts": [{"checks": [{"rule": "text", "follow_through": {}}, {"rule": "close", "tolerance": {}}]}]}
    assert "tolerance" not in list_keys(ExerciseFile, ("parts", 0, "checks", 0), data)
    assert "tolerance" in list_keys(ExerciseFile, ("parts", 0, "checks", 1), data)
    assert "absolute" in list_keys(ExerciseFile, ("parts", 0, "checks", 1, "tolerance"), data)


def test_the_keys_of_nested_records_are_found() -> None:
    """In lists, below keys, and by the name that files use."""
    assert "schema" in list_keys(CourseFile, (), {})
    assert "cells" in list_keys(CourseFile, ("limits",), {"limits": {}})
    assert "feedback" in list_keys(Rubric, ("criteria", 0), {"criteria": [{}]})


@pytest.mark.parametrize(
    ("word", "known", "words"),
    [
        ("titel", ("title", "id"), "did you mean title?"),
        ("TITLE", ("title", "id"), "did you mean title?"),
        ("zzz", ("title", "id"), "expected one of id, title"),
        ("zzz", (), "there is none"),
        ("zzz", tuple("ABCDEFGHIJKLMN"), "expected one of A, B, C, D, E, F, G, H, I, J, K, L and 2 more"),
    ],
)  # fmt: skip
def test_an_unknown_word_gets_the_one_that_was_meant(word: str, known: tuple[str, ...], words: str) -> None:
    """The most alike; where none is, what there is."""
    assert suggest(word, known) == words
