"""The program knows no lesson: what only one course needs lies in that course."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PROGRAM = Path(__file__).resolve().parents[2] / "grader"
WORDS = (
    "kl", "kullback", "leibler", "jensen", "pinsker", "elbo", "bernoulli", "gaussian", "dpo", "theta",
    "policy_problems", "distribution_pairs",
)  # fmt: skip
# An underscore parts words here: `ex1_kl` would be the lesson's as well.
LESSON = re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(WORDS)})(?![A-Za-z0-9])", re.IGNORECASE)


def list_files() -> list[Path]:
    """Return the program's files, templates included."""
    return [path for path in sorted(PROGRAM.rglob("*")) if path.is_file() and "__pycache__" not in path.parts]


def find_words(text: str) -> list[str]:
    """Return the lines of a text that hold one of the lesson's words."""
    return [line for line in text.splitlines() if LESSON.search(line)]


def test_no_file_of_the_program_speaks_of_the_lesson() -> None:
    """Neither code nor comments nor templates have a word of it."""
    found = {
        f"{path.relative_to(PROGRAM.parent)}: {line.strip()}"
        for path in list_files()
        for line in find_words(path.read_text(encoding="utf-8", errors="replace"))
    }
    assert found == set()


def test_there_is_something_to_look_at() -> None:
    """Code and templates are among the files."""
    endings = {path.suffix for path in list_files()}
    assert {".py", ".yaml", ".sh"} <= endings
    assert len(list_files()) > 100


@pytest.mark.parametrize(
    ("line", "is_found"),
    [
        ("the KL divergence", True),
        ("ex1_kl(p, q)", True),
        ("theta = 1, say", True),
        ("distribution_pairs", True),
        ("a klaxon", False),
        ("thetas", False),
        ("a distribution on PyPI", False),
    ],
)
def test_a_word_of_the_lesson_is_found(line: str, is_found: object) -> None:
    """Whole words count, in either case; parts of other words do not."""
    assert bool(find_words(line)) is is_found
