"""Reads Python scripts into cells: plain ones as a single cell, `# %%` ones cell by cell.

A syntax error is no refusal: it is the student's, and shows when the cell runs.
"""

from __future__ import annotations

import codecs
import io
import re
import tokenize
from typing import Literal

from grader.errors import SubmissionRefused
from grader.model import Cell
from grader.submission.naming import shown
from grader.submission.statements import keep_between
from grader.submission.tags import clean_tags, place_of

# The encodings that editors write. Python has more, and some of them take quadratic time or are no text at all.
_ENCODINGS = frozenset({
    "ascii", "utf-8", "utf-8-sig", "iso8859-1", "iso8859-2", "iso8859-5", "iso8859-7", "iso8859-9", "iso8859-15",
    "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1257", "cp437", "cp850", "koi8-r", "koi8-u", "mac-roman",
    "gb2312", "gbk", "gb18030", "big5", "shift_jis", "cp932", "cp949", "euc_jp", "euc_kr",
})  # fmt: skip
# A line of nothing but % is a ruler; of a header that is too long the rest is no tag.
_MARKER = re.compile(r"#[ \t]*%%(?!%+[ \t]*$)(?P<header>.{0,1000})")
_TAGS = re.compile(r"tags[ \t]*=[ \t]*(?:\[(?P<list>[^\]]*)\]|(?P<one>\"[^\"]*\"|'[^']*'))")
_QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_TEXT_CELL = re.compile(r"\[(?:markdown|md|raw)\]", re.IGNORECASE)
_TRIPLE = re.compile(r"\s*[rRuU]?(\"\"\"|''')(.*)\1\s*", re.DOTALL)
_SCANNED_CHARS = 1 << 20  # beyond this, a marker inside a string or a block is taken for a marker


def parse_script(name: str, content: bytes, max_cells: int) -> tuple[Literal["percent", "script"], tuple[Cell, ...]]:
    """Return the style and the cells of a script: one cell where it has no `# %%` markers.

    Raises:
        SubmissionRefused: when it is not text in its own encoding, or has too many cells.
    """
    text = _decode(name, content)
    lines = text.split("\n")
    markers = _marker_lines(text, lines)
    if not markers:
        return "script", (Cell(0, "code", text),)
    count = len(markers) + _has_preamble(lines, markers)
    if count > max_cells:
        raise SubmissionRefused(f"{shown(name)} has {count} cells (at most {max_cells})")
    return "percent", _percent_cells(lines, markers)


def _decode(name: str, content: bytes) -> str:
    if b"\0" in content:
        raise SubmissionRefused(f"{shown(name)} is not a script: it holds null bytes; save it as UTF-8 text")
    try:
        declared, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        encoding = codecs.lookup(declared).name
    except SyntaxError as error:
        raise SubmissionRefused(f"{shown(name)} is not text in the encoding it declares; save it as UTF-8") from error
    if encoding not in _ENCODINGS:
        raise SubmissionRefused(f"{shown(name)} declares the encoding {shown(encoding)}; save it as UTF-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SubmissionRefused(f"{shown(name)} is not {encoding} text at line {line}; save it as UTF-8") from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _marker_lines(text: str, lines: list[str]) -> list[int]:
    """Return the indices of marker lines; where the text is not too long, of those between top-level statements."""
    candidates = [index for index, line in enumerate(lines) if _MARKER.match(line)]
    if not candidates or len(text) > _SCANNED_CHARS:
        return candidates
    return keep_between(text, lines, candidates)


def _has_preamble(lines: list[str], markers: list[int]) -> bool:
    return any(line.strip() for line in lines[: markers[0]])


def _percent_cells(lines: list[str], markers: list[int]) -> tuple[Cell, ...]:
    cells: list[Cell] = []
    if _has_preamble(lines, markers):
        cells.append(_percent_cell(0, "", lines, 0, markers[0]))
    for start, end in zip(markers, [*markers[1:], len(lines)], strict=True):
        match = _MARKER.match(lines[start])
        header = match["header"] if match else ""
        cells.append(_percent_cell(len(cells), header, lines, start + 1, end))
    return tuple(cells)


def _percent_cell(index: int, header: str, lines: list[str], start: int, end: int) -> Cell:
    while start < end and not lines[start].strip():
        start += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    body = lines[start:end]
    tags = _header_tags(header)
    exercise, part = place_of(tags)
    if _TEXT_CELL.search(_TAGS.sub("", header)):
        return Cell(index, "markdown", _uncommented(body), start + 1, tags, exercise, part)
    return Cell(index, "code", "\n".join(body), start + 1, tags, exercise, part)


def _header_tags(header: str) -> tuple[str, ...]:
    match = _TAGS.search(header)
    if not match:
        return ()
    return clean_tags(double or single for double, single in _QUOTED.findall(match["list"] or match["one"] or ""))


def _uncommented(body: list[str]) -> str:
    """Return the text of a markdown cell, written as comments or as one triple-quoted string."""
    if match := _TRIPLE.fullmatch("\n".join(body)):
        return str(match[2]).strip("\n")
    return "\n".join(re.sub(r"^# ?", "", line) for line in body)
