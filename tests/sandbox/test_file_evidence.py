"""The markdown cells of a submission as evidence: with a tag, without one, and how much of them is kept."""

from __future__ import annotations

from grader.model import Cell, LooseText, SubmittedFile
from grader.sandbox.file_evidence import find_loose, find_texts

TAGS = {"1": "1", "2": "2", "ex1d_text": "1", "ex1_kl": "1", "essay": "2"}


def _file(*cells: Cell) -> SubmittedFile:
    return SubmittedFile("a.ipynb", "notebook", "", cells)


def test_texts_come_from_tagged_markdown() -> None:
    """A markdown cell answers the text whose name it carries; a name that the course asks for needs no underscore."""
    file = _file(
        Cell(0, "markdown", "Because.", tags=("ex1", "1d", "ex1d_text")),
        Cell(1, "code", "1", tags=("ex2a_text",)),
        Cell(2, "markdown", "Words.", tags=("essay", "chapter")),
    )
    assert find_texts(file, TAGS) == {"ex1d_text": "Because.", "essay": "Words."}
    assert find_texts(file) == {"ex1d_text": "Because."}


def test_loose_texts_know_the_cell_above_that_says_where_it_belongs() -> None:
    """The last cell with an answer's name or an exercise as a tag, and the names there; code does not part them."""
    file = _file(
        Cell(0, "markdown", "before"),
        Cell(1, "markdown", "question", tags=("ex1", "1d"), exercise="1", part="1d"),
        Cell(2, "markdown", "below the question", tags=("mine",)),
        Cell(3, "markdown", "placeholder", tags=("ex1", "1d", "ex1d_text"), exercise="1", part="1d"),
        Cell(4, "markdown", "one"),
        Cell(5, "code", "1 + 1"),
        Cell(6, "markdown", "two"),
        Cell(7, "markdown", " "),
        Cell(8, "code", "x = ...", tags=("ex2",), exercise="2"),
        Cell(9, "markdown", "after"),
    )
    assert find_loose(file, TAGS) == (
        LooseText(text="before", after=-1),
        LooseText(text="below the question", after=1),
        LooseText(text="one", after=3, names=("ex1d_text",)),
        LooseText(text="two", after=3, names=("ex1d_text",)),
        LooseText(text="after", after=8),
    )


def test_loose_texts_are_bounded() -> None:
    """In their number, each in its length, and all together."""
    many = _file(*(Cell(index, "markdown", "x") for index in range(1000)))
    assert len(find_loose(many, TAGS)) == 256
    long = _file(*(Cell(index, "markdown", "x" * 100_000) for index in range(100)))
    found = find_loose(long, TAGS)
    assert [len(one.text) for one in found] == [1 << 16] * 4


def test_half_a_surrogate_pair_leaves_no_trace() -> None:
    """Evidence is written as UTF-8."""
    (found,) = find_loose(_file(Cell(0, "markdown", "a\ud800b")), TAGS)
    assert found.text == "a?b"
