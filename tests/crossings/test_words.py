"""What people read is the field's English: whole phrases of the old dialect come back nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
READ = (
    "grader",
    "numgrade_student",
    "docs",
    "exercises",
    "rubrics",
    "reference",
    "examples",
    "bench",
    "submissions",
    "tests",
)
SUFFIXES = frozenset({".py", ".md", ".yaml", ".yml", ".json", ".txt", ".ansi", ".toml", ".html", ".sh"})
# Beside each: what is said instead.
PHRASES = {
    "a number is due": "expected a number, got …; to students: but should be a number",
    "through our fault": "because of a mistake on our side",
    "is no answer of this course": "is not an answer in this course",
    "judged in a circle": "circular dependency: a → b → a",
    "stands here already": "already there",
    "handed in": "submitted",
    "hand-in": "submission",
    "old acquaintance": "another way to write …",
    "changed places": "are swapped",
    "on top of the fraction": "in the numerator",
    "entered upside down": "is upside down: you multiplied where you should divide, or the reverse",
    "symbols their probability": "Does each of the four symbols have a probability?",
    "has its weight": "is multiplied by its weight",
    "nothing amiss": "no problem found",
    "whether right is not said": "and not checked further",
    "returned something that": "returned …, but should return …",
    "inputs it is right": "It is right for … of … inputs.",
    "keeps full points": "full points, as it follows correctly from …",
    "line that comes closest": "none of your curves is …",
    "values are due": "but should have …",
    "points decided": "points graded so far",
}


def _list_texts() -> Iterator[tuple[str, str]]:
    files = [path for folder in READ for path in (ROOT / folder).rglob("*")]
    files += [*ROOT.glob("*.md"), ROOT / "course.yaml", ROOT / "action.yml"]
    for path in files:
        if path.suffix in SUFFIXES and path != Path(__file__) and "hostile" not in path.parts:
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8", errors="replace")


@pytest.mark.parametrize("phrase", PHRASES)
def test_phrase_is_not_said(phrase: str) -> None:
    """Neither in code nor in YAML, pages or golden reports, also where a line breaks within it."""
    said = [file for file, text in _list_texts() if phrase in " ".join(text.lower().split())]
    assert said == [], f"say: {PHRASES[phrase]}"


def test_texts_are_found() -> None:
    """An empty list would say nothing."""
    files = [file for file, _ in _list_texts()]
    assert {"README.md", "grader/judge/decoding.py", "exercises/ex1.yaml", "docs/batch.md"} <= set(files)
    assert len(files) > 300
