"""What of a submission is compared: its own work, by part, and no more than the bounds let in."""

from __future__ import annotations

from typing import Any

import pytest

from grader.model import Cell, Limits
from grader.similar import digest as module
from grader.similar.digest import build_digest, list_pieces
from grader.spec import load_course
from grader.starter import build_starters
from grader.submission import parse_file
from tests.similar.conftest import ROOT, build_cells, digest, read_vocabulary, write_essay, write_honest

LONG = "alpha = [beta(gamma, 1) for gamma in range(10) if gamma % 2 or gamma > 5]\n"


@pytest.mark.parametrize("name", ["all.ipynb", "all.py", "ex1.ipynb", "ex5.py"])
def test_starter_is_nobodys_work(name: str) -> None:
    """Neither its code nor its questions leave a fingerprint, from a notebook or a script, of all exercises or one."""
    content = build_starters(load_course(ROOT))[name]
    found = build_digest("ada", {name: parse_file(name, content, Limits()).cells}, read_vocabulary())
    assert len(found.marks["code"]) + len(found.marks["text"]) == 0


def test_part_is_that_of_the_tags_else_of_the_answer_named_last() -> None:
    """A cell without a tag is split where another part's answer begins a line."""
    source = "import numpy\nex1_kl_pq = 1\nother = 2\ndef ex2_kl_gaussian(a):\n    return ex1_kl_pq\n"
    pieces = list_pieces(
        {"a.py": (Cell(0, "code", source, 1), Cell(1, "code", "x = 1", tags=("3b",)))}, read_vocabulary()
    )
    assert [(piece.part, piece.line) for piece in pieces] == [("", 1), ("1a", 2), ("2a", 4), ("3b", 1)]
    assert "\n".join(piece.source for piece in pieces[:3]) == source


def test_markdown_has_words_and_code_has_both() -> None:
    """A string in code is read as words, and a text has no code."""
    text, code = list_pieces(
        {"a.py": (Cell(0, "markdown", "One two"), Cell(1, "code", 'x = "three four"'))}, read_vocabulary()
    )
    assert [word.text for word in text.words["text"]] == ["one", "two"]
    assert text.words["code"] == ()
    assert [word.text for word in code.words["text"]] == ['"', "three", "four", '"']
    assert [word.text for word in code.words["code"]] == ["n", "=", "s"]


def test_words_and_characters_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes after the bound is not compared."""
    vocabulary = read_vocabulary()  # before the bounds are other ones
    cells = tuple(Cell(at, "code", LONG) for at in range(10))
    monkeypatch.setattr(module, "MOST_WORDS", 40)
    pieces = list_pieces({"a.py": cells}, vocabulary)
    assert sum(len(piece.words["code"]) for piece in pieces) == 40
    monkeypatch.undo()
    monkeypatch.setattr(module, "_MOST_CHARACTERS", 100)
    assert sum(len(piece.source) for piece in list_pieces({"a.py": cells}, vocabulary)) == 100


@pytest.mark.parametrize(
    ("bound", "most", "end"),
    [
        ("MOST_WORDS", 10_000, ""),
        ("MOST_WORDS", 250, ""),
        ("MOST_WORDS", 249, "a.py, cell 10, line 1"),
        ("MOST_WORDS", 40, "a.py, cell 2, line 1"),
        ("_MOST_CHARACTERS", 10 * len(LONG), ""),
        ("_MOST_CHARACTERS", 10 * len(LONG) - 1, "a.py, cell 10, line 1"),
        ("_MOST_CHARACTERS", len(LONG), "a.py, cell 2, line 1"),
    ],
)
def test_where_reading_ended_is_kept(monkeypatch: pytest.MonkeyPatch, bound: str, most: int, end: str) -> None:
    """Only where something was left unread."""
    vocabulary = read_vocabulary()
    monkeypatch.setattr(module, bound, most)
    cells = tuple(Cell(at, "code", LONG) for at in range(10))
    assert build_digest("ada", {"a.py": cells}, vocabulary).end == end


def test_a_line_without_end_hides_nothing() -> None:
    """What stands behind more than is normalised at once is read."""
    text = digest("ada", Cell(0, "markdown", " ".join(f"word{at}" for at in range(5_000)) + " one two three four five"))
    short = digest("ben", Cell(0, "markdown", "one two three four five"))
    assert short.marks["text"].keys() <= text.marks["text"].keys()
    assert text.end == ""


def test_no_more_tokens_are_made_than_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mebibyte of signs is a million tokens."""
    asked: list[int | None] = []
    scan = module.scan_code

    def watch(source: str, kept: frozenset[str], most: int | None) -> Any:
        scanned = scan(source, kept, most)
        asked.append(len(scanned.code))
        return scanned

    monkeypatch.setattr(module, "scan_code", watch)
    assert digest("ada", Cell(0, "code", "+" * (1 << 20))).end == "hw.ipynb, line 1"
    assert asked == [module.MOST_WORDS + 1]


def test_same_submission_gives_the_same_fingerprints() -> None:
    """And another student's name changes none."""
    cells = build_cells(write_honest(1), write_essay(1))
    assert digest("ada", *cells) == digest("ada", *cells)
    assert digest("ada", *cells).marks == digest("ben", *cells).marks
    assert set(digest("ada", *cells).marks["code"].values()) == set(write_honest(1))
