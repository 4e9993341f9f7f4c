"""The student's own notebook with a remark under each part.

Safe to open and to convert: it holds no output, no attachment and no metadata of theirs, and their Markdown is theirs
with what would become markup, a picture or a link broken by a character that nobody sees.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import nbformat

from grader.feedback.causes import Cause, find_causes
from grader.feedback.markdown import head_feedback, head_part, summarise, tell_offer, tell_part
from grader.feedback.work import Work
from grader.model import Cell, PartScore
from grader.report.escape import make_visible, markdown

# What MathJax would do beyond setting a formula: links, markup and its attributes, extensions, and new names for them.
_COMMANDS = (
    "href|url|require|style|class|cssId|html|data|unicode|includegraphics|bbox|mmlToken"
    "|[gex]?def|let|futurelet|csname|(?:re)?newcommand|providecommand|(?:re)?newenvironment"
)
# A tag, a picture, a link's address, an automatic link; and such a command.
_LIVE = re.compile(
    r"(?<=<)(?=[A-Za-z/!?])|(?<=!)(?=\[)|(?<=\])(?=[(\[:])"
    rf"|(?<=\\)(?=(?:{_COMMANDS})(?![a-z]))"
    r"|(?<=[A-Za-z]:)(?=//)|(?<=javascript)(?=:)|(?<=www)(?=\.)",
    re.IGNORECASE,
)
_JOINT = "\u200b"  # a space of no width


def build_notebook(work: Work) -> str:
    """Return a notebook (nbformat 4.5) of all files one below the other, with remarks, as JSON."""
    causes = find_causes(work)
    notebook = nbformat.from_dict(
        {
            "cells": [*_build_cells(work, causes)],
            "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )
    nbformat.validate(notebook)
    text: str = nbformat.writes(notebook, ensure_ascii=True)
    return text.rstrip() + "\n"


def defuse(text: str) -> str:
    """Return a student's Markdown that reads as it did and does nothing."""
    return _LIVE.sub(_JOINT, _show_lines(text))


def _build_cells(work: Work, causes: list[Cause]) -> Iterator[Mapping[str, object]]:
    parts = {part.id: part for exercise in work.report.exercises for part in exercise.parts}
    told = [one for one in parts.values() if one.status != "missing" or work.find_stage(one.id) == "solutions"]
    places = {part.id: place for part in told if (place := _find_last(work, part.id)) is not None}
    yield _build_text("feedback", "\n".join([*head_feedback(work), "", *summarise(work, causes)]))
    number = 0
    for file, cells in work.sources.items():
        if len(work.sources) > 1:
            yield _build_text(f"file-{number}", f"## {markdown(file)}")
        for cell in cells:
            number += 1
            yield _build_own(f"cell-{number}", cell)
            for part in told:
                if places.get(part.id) == (file, cell.index):
                    yield _build_remark(work, part, causes)
    for part in told:
        if part.id not in places:
            yield _build_remark(work, part, causes)
    offer = tell_offer(work)
    if offer:
        yield _build_text("another-look", "\n".join(offer))


def _find_last(work: Work, part: str) -> tuple[str, int] | None:
    """Return the last cell that belongs to a part, by its tags or by the answers that it sets."""
    names = "|".join(re.escape(answer.name) for answer in work.parts[part].answers)
    sets = re.compile(rf"^(?:def\s+(?:{names})\b|[^=\n#]*\b(?:{names})\b[^=\n]*=(?!=))", re.MULTILINE)
    tags = {part.casefold(), *(answer.name for answer in work.parts[part].answers)}
    found = [
        (file, cell.index)
        for file, cells in work.sources.items()
        for cell in cells
        if part == cell.part or tags & set(cell.tags) or (cell.kind == "code" and sets.search(cell.source))
    ]
    return found[-1] if found else None


def _build_own(name: str, cell: Cell) -> Mapping[str, object]:
    if cell.kind == "markdown":
        return _build_text(name, defuse(cell.source))
    return _build_cell(name, "code", _show_lines(cell.source)) | {"outputs": [], "execution_count": None}


def _build_remark(work: Work, part: PartScore, causes: list[Cause]) -> Mapping[str, object]:
    lines = [f"> **{head_part(part)}**", ">", *(f"> {line}" for line in tell_part(work, part, causes))]
    return _build_text(f"on-{part.id}", "\n".join(lines))


def _build_text(name: str, source: str) -> Mapping[str, object]:
    return _build_cell(name, "markdown", source)


def _build_cell(name: str, kind: str, source: str) -> dict[str, object]:
    return {"id": name, "cell_type": kind, "metadata": {}, "source": source}


def _show_lines(text: str) -> str:
    """Return a source with what is invisible in it shown; its tabs stay, and the lines that Python sees in it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join("\t".join(map(make_visible, line.split("\t"))) for line in lines)
