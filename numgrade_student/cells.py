"""The cells of a notebook or script. Reads a file and runs nothing."""

from __future__ import annotations

import json
import re
import tokenize
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from numgrade_student.course import CheckError
from numgrade_student.syntax import parse_source

_MARKER = re.compile(r"#[ \t]*%%(?!%+[ \t]*$)(?P<header>.{0,1000})")
_TAGS = re.compile(r"tags[ \t]*=[ \t]*(?:\[(?P<list>[^\]]*)\]|(?P<one>\"[^\"]*\"|'[^']*'))")
_QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_TEXT_CELL = re.compile(r"\[(?:markdown|md|raw)\]", re.IGNORECASE)
_TRIPLE = re.compile(r"\s*[rRuU]?(\"\"\"|''')(.*)\1\s*", re.DOTALL)


@dataclass(frozen=True)
class Cell:
    """A piece of a file. `number` counts all cells from 1; None for a script that is one piece."""

    number: int | None
    kind: Literal["code", "markdown"]
    source: str
    tags: tuple[str, ...] = ()


def read_cells(path: Path) -> tuple[Cell, ...]:
    """Return the cells of a notebook (`.ipynb`) or a script (`.py`, plain or with `# %%` cells).

    Raises:
        CheckError: it cannot be read.
    """
    if path.suffix not in {".ipynb", ".py"}:
        raise CheckError(f"{path.name} is neither a notebook (.ipynb) nor a script (.py).")
    try:
        return _read_notebook(path) if path.suffix == ".ipynb" else _read_script(path)
    except FileNotFoundError as error:
        raise CheckError(f"There is no file {path}.") from error
    except OSError as error:
        raise CheckError(f"{path} cannot be read: {error.strerror}.") from error
    except (SyntaxError, UnicodeDecodeError) as error:
        raise CheckError(f"{path.name} is not UTF-8 text: save it again.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CheckError(f"{path.name} is not a notebook: open it in Jupyter and save it again.") from error


def _read_notebook(path: Path) -> tuple[Cell, ...]:
    document = json.loads(path.read_text("utf-8-sig"))
    holders = [document] if document["nbformat"] >= 4 else document["worksheets"]
    raw = [cell for holder in holders for cell in holder["cells"]]
    return tuple(_read_cell(number, cell) for number, cell in enumerate(raw, 1))


def _read_cell(number: int, raw: dict[str, Any]) -> Cell:
    source = raw["input"] if "input" in raw else raw["source"]
    tags = raw.get("metadata", {}).get("tags", [])
    return Cell(
        number,
        "code" if raw["cell_type"] == "code" else "markdown",
        source if isinstance(source, str) else "".join(source),
        tuple(tag for tag in tags if isinstance(tag, str)),
    )


def _read_script(path: Path) -> tuple[Cell, ...]:
    with tokenize.open(path) as file:
        text = file.read()
    lines = text.split("\n")
    markers = [index for index in _find_markers(text, lines) if _MARKER.match(lines[index])]
    if not markers:
        return (Cell(None, "code", text),)
    starts = markers if not any(line.strip() for line in lines[: markers[0]]) else [-1, *markers]
    ends = [*starts[1:], len(lines)]
    return tuple(
        _build_cell(number, lines[start] if start >= 0 else "", lines[start + 1 : end])
        for number, (start, end) in enumerate(zip(starts, ends, strict=True), 1)
    )


def _find_markers(text: str, lines: list[str]) -> list[int]:
    """Return the lines that may be markers: none inside a statement, such as a string of several lines."""
    try:
        statements = parse_source(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return list(range(len(lines)))
    inside = {line for one in statements for line in range(one.lineno, one.end_lineno or one.lineno)}
    return [index for index in range(len(lines)) if index not in inside]


def _build_cell(number: int, marker: str, body: list[str]) -> Cell:
    match = _MARKER.match(marker)
    header = match["header"] if match else ""
    tagged = _TAGS.search(header)
    quoted = _QUOTED.findall(tagged["list"] or tagged["one"] or "") if tagged else []
    tags = tuple(double or single for double, single in quoted)
    while body and not body[0].strip():
        body = body[1:]
    if _TEXT_CELL.search(_TAGS.sub("", header)):
        return Cell(number, "markdown", _take_text(body), tags)
    return Cell(number, "code", "\n".join(body).rstrip(), tags)


def _take_text(body: list[str]) -> str:
    """Return the text of a markdown cell, written as comments or as one triple-quoted string."""
    if match := _TRIPLE.fullmatch("\n".join(body)):
        return match[2].strip("\n")
    return "\n".join(re.sub(r"^# ?", "", line) for line in body)
