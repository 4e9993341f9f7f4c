"""Text in columns: wrapped, cut and padded by what a terminal shows, as rich does it for the tables of commands."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from grader.report.escape import escape
from grader.report.layout import Page, Piece, wrap

WIDE = ["日本語", "エラー　発生", "é", "e\u0301", "✈\ufe0f", "😀", "\u00a0", "…", "a/b/c/" * 9, "日" * 30, "word", "a"]
texts = st.lists(st.sampled_from(WIDE) | st.text(max_size=12), max_size=30).map(" ".join).map(escape)


@given(texts, st.integers(8, 90))
@example("日本語 " * 20, 41)
@example("エラー　" * 12, 20)
@example("   leading space that does not fit", 12)
def test_lines_break_where_rich_breaks_them(text: str, width: int) -> None:
    """A long word is broken or cut, and characters of no width or of two count as such: as rich has it."""
    for fold, overflow in ((True, "fold"), (False, "ellipsis")):
        lines = Text(text).wrap(Console(width=width), width, overflow=overflow)  # type: ignore[arg-type]  # its words
        assert wrap(text, width, fold=fold) == tuple(line.plain for line in lines)


@given(texts, texts, st.integers(40, 120))
def test_no_line_of_a_grid_is_wider_than_the_page(left: str, right: str, width: int) -> None:
    """The second column begins at one place in all lines, and none goes beyond the margin."""
    page = Page(width, color=False)
    rows = [(Piece(escape(left)[:8]), Piece(right)), (Piece("✗ 0/1"), Piece("x"))]
    lines = list(page.grid(rows, indent=6, least=11))
    assert max(map(cell_len, lines)) <= width
    first = max(11, cell_len(rows[0][0].text))
    assert lines[-1].rstrip() == " " * 6 + "✗ 0/1" + " " * (first - 5) + "  x"


def test_a_row_keeps_its_columns_at_the_margin() -> None:
    """A title is wrapped beside the columns at the right, which stand in its first line alone."""
    lines = list(Page(40, color=False).row(Piece("a title that needs two lines"), Piece("  1/2"), Piece("right ")))
    assert lines == ["a title that needs two        1/2 right ", "lines                                   "]


@pytest.mark.parametrize(("color", "due"), [(True, "\x1b[31mx \x1b[0m  \x1b[1mfirst \x1b[0m"), (False, "x   first ")])
def test_colours_stand_around_whole_cells(color: Any, due: str) -> None:
    """A style covers a cell with its padding, as it covers nothing where there are no colours."""
    rows = [(Piece("x", "red"), Piece("first", "bold")), (Piece("yy"), Piece("second"))]
    lines = list(Page(40, color=color).grid(rows))
    assert lines == [due, "yy  second"]


def test_an_empty_grid_has_no_lines() -> None:
    """Where nothing is said, nothing stands."""
    assert list(Page(40, color=True).grid([])) == []
