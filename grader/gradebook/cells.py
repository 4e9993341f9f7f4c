"""Cells of CSV files that spreadsheets and learning platforms read: plain text and numbers, and never a formula."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from grader.gradebook.column_types import storable
from grader.report.points import json_points

# What makes a spreadsheet run a cell; some read the full-width forms as well.
_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")
# Where the decimal sign is a comma, spreadsheets take `;` for the separator and know nothing of quotes in the middle of
# what is a cell to them: a cell may begin in the middle of a text, after `;` or a line break, space and quotes.
_NEW_CELL = re.compile(r"([;；\n])(?=[\s\"'’”＂]*[=+\-@＝＋－＠])")
_JOINERS = "\u200c\u200d"  # of letters in Persian and Indian names, and in emoji: they turn nothing round

Cell = str | int | Fraction | None


def render_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Cell]], extra: Sequence[Sequence[Cell]] = ()) -> str:
    """Return a CSV file: a header, lines of `extra`, and a line for each row; None is an empty cell.

    Points are decimals here, and text that a spreadsheet would run gets an apostrophe in front.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([plain_text(column) for column in columns])
    for line in extra:
        writer.writerow([render_cell(cell) for cell in line])
    for row in rows:
        writer.writerow([render_cell(row[column]) for column in columns])
    return out.getvalue()


def render_cell(cell: Cell) -> str:
    """Return one cell."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return plain_text(cell)
    return str(json_points(Fraction(cell)))


def plain_text(text: str) -> str:
    """Return text that is harmless in a cell, as OWASP advises: no formula, wherever a reader lets a cell begin.

    Of control characters only line breaks stay. What is invisible or turns the reading direction is its escape.
    """
    shown = _NEW_CELL.sub(r"\1'", "".join(map(_visible, storable(text))))
    # The first character of the original counts: a tab that became a space would hide what follows it.
    return f"'{shown}" if text[:1] in _FORMULA or _first_seen(shown) in _FORMULA else shown


def _visible(char: str) -> str:
    if char == "\n" or char in _JOINERS:
        return char
    category = unicodedata.category(char)
    if category == "Cc":
        return " "
    return f"\\u{ord(char):04x}" if category in {"Cf", "Zl", "Zp"} else char


def _first_seen(text: str) -> str:
    return text.lstrip().lstrip(f"{_JOINERS} ")[:1]
