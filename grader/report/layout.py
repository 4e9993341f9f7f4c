"""Lays text out for a terminal: measures, wraps, cuts, pads and colours it. Knows nothing of reports.

Every text that comes here has been escaped: it stands on one line and holds nothing that a terminal would obey.
Done by hand, because a library for tables takes twenty times as long, and a class has thousands of reports.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, zip_longest
from typing import Literal, NamedTuple

from rich.cells import cell_len, chop_cells, set_cell_size

Style = Literal["", "bold", "dim", "red", "green", "yellow", "magenta", "cyan"]
_CODES: dict[Style, int] = {
    "bold": 1, "dim": 2, "red": 31, "green": 32, "yellow": 33, "magenta": 35, "cyan": 36,
}  # fmt: skip
MIN_WIDTH = 40  # of a page; below, nothing can be read
_ELLIPSIS = "…"
_GAP, _WIDE_GAP = 1, 2  # spaces between columns
_WORD = re.compile(r"\s*\S+\s*")
_TAIL = re.compile(r"\s+$")


class Piece(NamedTuple):
    """Escaped text, and how it is shown on a terminal that has colours."""

    text: str
    style: Style = ""


class _Cell(NamedTuple):
    """Lines of equal width, which their colours do not add to."""

    lines: Sequence[str]
    width: int


@dataclass(frozen=True)
class Page:
    """A terminal or a file: how many columns wide it is, and whether it has colours."""

    width: int
    color: bool

    def line(self, piece: Piece) -> Iterator[str]:
        """Yield text over the whole width."""
        for line in wrap(piece.text, self.width, fold=True):
            yield self.paint(line, piece.style)

    def row(self, left: Piece, *right: Piece) -> Iterator[str]:
        """Yield a title that gets what the columns at the right margin leave, each as wide as its own text."""
        cells = [_Cell((self.paint(piece.text, piece.style),), measure(piece.text)) for piece in right]
        rest = self.width - sum(cell.width + _GAP for cell in cells)
        title = [self.paint(line, left.style) for line in _wrap_title(left.text, rest)]
        yield from _join([_Cell(title, rest), *cells], _GAP)

    def grid(self, rows: Sequence[tuple[Piece, Piece]], *, indent: int = 0, least: int = 0) -> Iterator[str]:
        """Yield rows of two columns, the first as wide as its widest text and not below `least`."""
        if not rows:
            return
        first = max(least, *(measure(left.text) for left, _ in rows))
        second = max(measure(right.text) for _, right in rows)
        second = min(second, self.width - indent - first - _WIDE_GAP)
        for left, right in rows:
            for line in _join([self._cell(left, first), self._cell(right, second)], _WIDE_GAP):
                yield " " * indent + line

    def paint(self, text: str, style: Style) -> str:
        """Return `text` in its style, where there are colours."""
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if self.color and style and text else text

    def _cell(self, piece: Piece, width: int) -> _Cell:
        return _Cell([self.paint(_pad(line, width), piece.style) for line in wrap(piece.text, width)], width)


@lru_cache(maxsize=1024)  # a course's titles are the same for every student
def _wrap_title(text: str, width: int) -> tuple[str, ...]:
    return tuple(_pad(line, width) for line in wrap(text, width))


def _join(cells: Sequence[_Cell], gap: int) -> Iterator[str]:
    """Yield the lines of cells side by side, blanks below the shorter ones."""
    for lines in zip_longest(*(cell.lines for cell in cells)):
        yield (" " * gap).join(
            " " * cell.width if line is None else line for line, cell in zip(lines, cells, strict=True)
        )


def measure(text: str) -> int:
    """Return the width of `text` in columns of a terminal."""
    return len(text) if text.isascii() else cell_len(text)


def wrap(text: str, width: int, *, fold: bool = False) -> tuple[str, ...]:
    """Return `text` as lines of at most `width` columns, broken between words.

    A single word that is wider is broken too where `fold`, and else cut, with an ellipsis for the rest.
    """
    if len(text) <= width and measure(text) <= width:
        return (text,)
    places = [0, *_find_breaks(text, width, fold=fold), len(text)]
    lines = (_crop_tail(text[start:end], width) for start, end in pairwise(places))
    return tuple(line if measure(line) <= width else _cut(line, width, fold=fold) for line in lines)


def _find_breaks(text: str, width: int, *, fold: bool) -> Iterator[int]:
    """Yield where new lines start."""
    used = 0
    for match in _WORD.finditer(text):
        word, start = match.group(), match.start()
        bare = measure(word.rstrip())
        if bare <= width - used:
            used += measure(word)
            continue
        chunks = chop_cells(word, width) if fold and bare > width else [word]
        for chunk in chunks:
            if start:
                yield start
            start += len(chunk)
        used = measure(chunks[-1])


def _crop_tail(line: str, width: int) -> str:
    """Return a line without the space at its end that stands beyond `width` characters."""
    tail = _TAIL.search(line) if len(line) > width else None
    return line if tail is None else line[: max(tail.start(), width)]


def _cut(line: str, width: int, *, fold: bool) -> str:
    return set_cell_size(line, width) if fold else set_cell_size(line, width - 1) + _ELLIPSIS


def _pad(text: str, width: int) -> str:
    return text + " " * (width - measure(text))
