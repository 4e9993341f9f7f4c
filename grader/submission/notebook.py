"""Reads Jupyter notebooks, nbformat 3 and 4.x, into cells. Strict about what is used, indifferent to the rest.

Only a cell's type, source and tags are taken. Outputs, attachments and metadata are a student's too, and are not
looked at: converting and validating whole documents is where hostile ones do their harm.
"""

from __future__ import annotations

import codecs
import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NoReturn

from grader.errors import SubmissionRefused
from grader.model import Cell
from grader.submission.naming import shown
from grader.submission.tags import clean_tags, place_of

_V3, _V4 = 3, 4
_CODE = "code"
_KINDS = {
    _V3: frozenset({_CODE, "markdown", "raw", "heading", "html"}),
    _V4: frozenset({_CODE, "markdown", "raw"}),
}
_PYTHON = re.compile("python", re.IGNORECASE)  # ipython, python3, …
_OTHER_KERNELS = ((re.compile(r"ir\d*\Z|r\Z", re.IGNORECASE), "R"), (re.compile("julia", re.IGNORECASE), "Julia"))
_SURROGATE = re.compile("[\ud800-\udfff]")
_SOURCE_KEY = re.compile(r'^[ \t]*"(?:source|input)"[ \t]*:[ \t]*(\[[ \t]*\r?$)?', re.MULTILINE)


def parse_notebook(name: str, content: bytes, max_cells: int) -> tuple[Cell, ...]:
    """Return the cells of a notebook.

    Raises:
        SubmissionRefused: when it is not a notebook, of an unknown version, or has too many cells.
    """
    text = _decode(name, content)
    document = _parse_json(name, text)
    version = _version(name, document)
    _check_language(name, document)
    raw_cells = _raw_cells(name, document, version)
    if len(raw_cells) > max_cells:
        raise SubmissionRefused(f"{shown(name)} has {len(raw_cells)} cells (at most {max_cells})")
    lines = _source_lines(text, len(raw_cells))
    return tuple(_cell(name, index, raw, version, lines[index]) for index, raw in enumerate(raw_cells))


@dataclass(frozen=True)
class AuthoredCell:
    """A cell of an author's notebook, with its metadata as plain data."""

    kind: Literal["code", "markdown", "raw"]
    source: str
    metadata: Mapping[str, Any]


def parse_authored_notebook(name: str, content: bytes, max_cells: int) -> tuple[AuthoredCell, ...]:
    """Return the cells of an author's notebook, of which the metadata matters too.

    Raises:
        SubmissionRefused: `parse_notebook` refuses it.
    """
    cells = parse_notebook(name, content, max_cells)
    document = _parse_json(name, _decode(name, content))
    raw_cells = _raw_cells(name, document, _version(name, document))
    return tuple(
        AuthoredCell("raw" if raw["cell_type"] == "raw" else cell.kind, cell.source, raw.get("metadata", {}))
        for cell, raw in zip(cells, raw_cells, strict=True)
    )


def parse_notebook_named_py(name: str, content: bytes, max_cells: int) -> tuple[Cell, ...] | None:
    """Return the cells of a notebook that somebody has named `.py`; None where it is no JSON, as scripts are.

    Raises:
        SubmissionRefused: it is JSON and no notebook, or `parse_notebook` refuses it.
    """
    if content.removeprefix(codecs.BOM_UTF8).lstrip()[:1] not in {b"{", b"["}:
        return None
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or "nbformat" not in document:
        kind = "an object" if isinstance(document, dict) else "a list"
        raise SubmissionRefused(f"{shown(name)} is not a script: it holds JSON ({kind}) and no Python code")
    return parse_notebook(name, content, max_cells)


def _decode(name: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _refuse(name, f"it is not UTF-8 text (byte {error.start})", error)


def _parse_json(name: str, text: str) -> dict[str, Any]:
    if not text.strip():
        _refuse(name, "the file is empty")
    try:
        document = json.loads(text, object_pairs_hook=_unique_keys)
    except json.JSONDecodeError as error:
        _refuse(name, f"not valid JSON at line {error.lineno}, column {error.colno} ({error.msg})", error)
    except RecursionError as error:
        _refuse(name, "its JSON is nested too deeply", error)
    except ValueError as error:  # a key that stands twice, an integer of thousands of digits
        _refuse(name, f"not valid JSON ({shown(str(error))})", error)
    if not isinstance(document, dict):
        _refuse(name, f"its JSON is not an object but of type {type(document).__name__}")
    return document


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Build a dict; a repeated key is an error, because readers differ in which of the two they see."""
    result = dict(pairs)
    if len(result) != len(pairs):
        repeated = next(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
        raise ValueError(f"the key {repeated[:40]!r} stands twice in one object")
    return result


def _version(name: str, document: dict[str, Any]) -> int:
    version = document.get("nbformat")
    if not isinstance(version, int) or isinstance(version, bool):
        _refuse(name, "it has no format number (nbformat)")
    if version not in _KINDS:
        raise SubmissionRefused(
            f"{shown(name)} is a notebook of format {str(version)[:20]}, and only 3 and 4 are read;"
            " save it with a current Jupyter"
        )
    return version


def _check_language(name: str, document: dict[str, Any]) -> None:
    """Refuse a notebook whose metadata says that it is in another language; most say nothing wrong, some nothing."""
    metadata = document.get("metadata")
    holders = [metadata.get(key) for key in ("language_info", "kernelspec")] if isinstance(metadata, dict) else []
    info, kernel = (holder if isinstance(holder, dict) else {} for holder in (holders or [{}, {}]))
    said = [text for text in (info.get("name"), kernel.get("language")) if isinstance(text, str) and text.strip()]
    if not said and isinstance(kernel.get("name"), str):
        said = [language for pattern, language in _OTHER_KERNELS if pattern.match(kernel["name"])]
    if said and not any(_PYTHON.search(text) for text in said):
        raise SubmissionRefused(f"{shown(name)} is a notebook in {shown(said[0][:40])}, expected one in Python")


def _raw_cells(name: str, document: dict[str, Any], version: int) -> list[dict[str, Any]]:
    holders = [document] if version == _V4 else document.get("worksheets")
    if not isinstance(holders, list):
        _refuse(name, "it has no list of worksheets")
    cells: list[dict[str, Any]] = []
    for holder in holders:
        found = holder.get("cells") if isinstance(holder, dict) else None
        if not isinstance(found, list):
            _refuse(name, "it has no list of cells")
        cells += found
    return cells


def _cell(name: str, index: int, raw: object, version: int, line: int) -> Cell:
    where = f"cell {index + 1}"
    if not isinstance(raw, dict):
        _refuse(name, f"{where} is not an object")
    kind = raw.get("cell_type")
    if not isinstance(kind, str) or kind not in _KINDS[version]:
        _refuse(name, f"{where} is of no known type")
    source = _source(name, where, raw.get("input" if version == _V3 and kind == _CODE else "source"))
    if kind == "heading":
        source = _heading(source, raw.get("level"))
    tags = _tags(name, where, raw)
    exercise, part = place_of(tags)
    # A raw cell counts as text, so that a cell's index is its place in the notebook and a tagged answer is not lost.
    return Cell(index, "code" if kind == _CODE else "markdown", source, line, tags, exercise, part)


def _source(name: str, where: str, source: object) -> str:
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        _refuse(name, f"the source of {where} is not text")
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", source)


def _heading(source: str, level: object) -> str:
    """Return the markdown for a heading cell of format 3; its other cells differ from format 4 in a key's name only."""
    depth = min(max(level, 1), 6) if isinstance(level, int) else 1
    return f"{'#' * depth} {' '.join(source.splitlines())}"


def _tags(name: str, where: str, raw: dict[str, Any]) -> tuple[str, ...]:
    metadata = raw.get("metadata", {})
    if not isinstance(metadata, dict):
        _refuse(name, f"the metadata of {where} is not an object")
    tags = metadata.get("tags", [])
    return clean_tags(tags) if isinstance(tags, list) else ()


def _source_lines(text: str, count: int) -> list[int]:
    """Return the line of the file on which each cell's source starts; 1 where the layout is not Jupyter's."""
    keys = list(_SOURCE_KEY.finditer(text))
    if len(keys) != count:  # compact JSON, or outputs that have such keys as well
        return [1] * count
    lines, line, position = [], 1, 0
    for key in keys:
        line += text.count("\n", position, key.end())
        position = key.end()
        lines.append(line + bool(key[1]))
    return lines


def _refuse(name: str, why: str, cause: Exception | None = None) -> NoReturn:
    raise SubmissionRefused(f"{shown(name)} is not a notebook: {why}; open it in Jupyter and save it again") from cause
