"""Builds the files that students start from. They hold the questions and nothing of how the answers are judged."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from textwrap import wrap
from typing import Any, Literal

import nbformat
from nbformat import NotebookNode

from grader.course import Answer, Course, Exercise, Given, Part
from grader.errors import UsageError
from grader.judge.placeholder import answer_points, exercise_heading, part_heading, show_points, text_placeholder

_WIDTH = 100
_INTRODUCTION_WIDTH = 119

_INTRODUCTION = """\
Give each name that is set to `...` its value, and each function its body; keep the names as they are. A name that is
still `...` counts as not attempted. Cells carry tags (`{exercise}`, `{part}`) that say where they belong: keep these,
and add cells of your own wherever you like. An answer in words goes into the cell that is tagged with its name."""

_HOW: dict[str, str] = {
    "bool": "`True` or `False`",
    "figure": "a Matplotlib figure",
    "expression": "an exact expression in a string",
}


@dataclass(frozen=True)
class StarterCell:
    """A cell of a starter. `id` is made of what the cell holds, so that building again gives the same bytes."""

    id: str
    kind: Literal["code", "markdown"]
    source: str
    tags: tuple[str, ...] = ()


def build_notebook(course: Course, exercises: Iterable[Exercise]) -> NotebookNode:
    """Return a notebook (nbformat 4.5) with `exercises`, every answer left open."""
    notebook: NotebookNode = nbformat.from_dict(
        {
            "cells": [_build_notebook_cell(cell) for cell in build_cells(course, exercises)],
            "metadata": {
                "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
                "language_info": {"name": "python"},
            },
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )
    nbformat.validate(notebook)
    return notebook


def _build_notebook_cell(cell: StarterCell) -> dict[str, Any]:
    metadata = {"tags": list(cell.tags)} if cell.tags else {}
    common = {"id": cell.id, "cell_type": cell.kind, "metadata": metadata, "source": cell.source}
    return common | ({"execution_count": None, "outputs": []} if cell.kind == "code" else {})


def build_script(course: Course, exercises: Iterable[Exercise]) -> str:
    """Return a script in percent format with `exercises`, every answer left open."""
    return "\n".join(_render_percent_cell(cell) for cell in build_cells(course, exercises))


def write_starters(course: Course, folder: Path, data: Mapping[str, bytes] | None = None) -> list[Path]:
    """Write a notebook and a script for each exercise and for all of them, and return their paths.

    `data` are the course's own files by their paths; they are written too.

    Raises:
        UsageError: a file of that name holds something else, which may be somebody's work.
    """
    sets = {exercise.tag: (exercise,) for exercise in course.exercises} | {"all": course.exercises}
    texts: dict[Path, bytes] = {}
    for name, exercises in sets.items():
        notebook: str = nbformat.writes(build_notebook(course, exercises))
        texts[folder / f"{name}.ipynb"] = f"{notebook.rstrip()}\n".encode()
        texts[folder / f"{name}.py"] = build_script(course, exercises).encode()
    texts |= {folder / name: content for name, content in (data or {}).items()}
    taken = [str(path) for path, text in texts.items() if _is_other(path, text)]
    if taken:
        raise UsageError(f"not overwritten, as they differ from a fresh starter: {', '.join(taken)}")
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)
    return list(texts)


def _is_other(path: Path, content: bytes) -> bool:
    """Return whether something else stands at `path`, or on the way to it."""
    try:
        return path.read_bytes() != content
    except FileNotFoundError:
        return False
    except (IsADirectoryError, NotADirectoryError):
        return True


def introduce(course: Course) -> str:
    """Return what students do with a starter, in words that the course's own tags fit into."""
    first = course.exercises[0]
    text = _INTRODUCTION.replace("{exercise}", first.tag).replace("{part}", first.parts[0].id)
    return "\n".join(wrap(text, _INTRODUCTION_WIDTH, break_long_words=False, break_on_hyphens=False))


def build_cells(course: Course, exercises: Iterable[Exercise]) -> Iterator[StarterCell]:
    """Yield the cells of a starter in order; notebook and script are two ways to write them down."""
    yield StarterCell("introduction", "markdown", f"# {_join(course.file.title)}\n\n{introduce(course)}")
    for exercise in exercises:
        tag = exercise.tag
        statement = f"{exercise_heading(exercise)}\n\n{exercise.statement.strip()}"
        yield StarterCell(tag, "markdown", statement, (tag,))
        yield StarterCell(f"{tag}-given", "code", _render_given(exercise.given), (tag,))
        for part in exercise.parts:
            yield from _build_part(part, tag)


def _build_part(part: Part, tag: str) -> Iterator[StarterCell]:
    tags = (tag, part.id)
    yield StarterCell(part.id, "markdown", _render_question(part), tags)
    coded = [answer for answer in part.answers if answer.kind != "text"]
    if coded:
        source = "\n\n".join(_render_answer(answer) for answer in coded)
        yield StarterCell(f"{part.id}-answers", "code", source, tags)
    for answer in part.answers:
        if answer.kind == "text":
            yield StarterCell(answer.name, "markdown", text_placeholder(part, answer), (*tags, answer.name))


def _render_question(part: Part) -> str:
    answers = "\n".join(_render_item(answer, answer_points(part, answer)) for answer in part.answers)
    return f"{part_heading(part)}\n\n{part.statement.strip()}\n\nAnswers:\n\n{answers}"


def _render_signature(answer: Answer) -> str:
    return f"({', '.join(parameter.name for parameter in answer.parameters)})"


def _render_item(answer: Answer, points: Fraction) -> str:
    call = _render_signature(answer) if answer.kind == "function" else ""
    facts = [answer.kind, _join(answer.unit), show_points(points) if points else "", "optional" * answer.optional]
    return f"- `{answer.name}{call}`: {', '.join(fact for fact in facts if fact)}"


def _render_given(given: tuple[Given, ...]) -> str:
    lines = ["import numpy as np"]
    for datum in given:
        lines += ["", *_comment(_join(datum.about)), f"{datum.name} = {_render_data(datum.value)}"]
    return "\n".join(lines)


def _render_data(value: float | str | tuple[float, ...] | tuple[tuple[float, ...], ...]) -> str:
    if isinstance(value, tuple):
        return f"np.array({_render_list(value)})"
    return repr(value)


def _render_list(value: tuple[float, ...] | tuple[tuple[float, ...], ...]) -> str:
    items = (_render_list(item) if isinstance(item, tuple) else repr(item) for item in value)
    return f"[{', '.join(items)}]"


def _render_answer(answer: Answer) -> str:
    if answer.kind == "function":
        lines = _render_function(answer)
    else:
        sentences = [_join(answer.about), f"Unit: {_join(answer.unit)}." if answer.unit else "", _describe_form(answer)]
        lines = [*_comment(" ".join(filter(None, sentences))), f"{answer.name} = ..."]
    if answer.optional:
        lines = ["# Optional: take the comment signs away to use it.", *(_comment_out(line) for line in lines)]
    return "\n".join(lines)


def _describe_form(answer: Answer) -> str:
    """Return which form the value has, as a sentence; empty for a number, which needs none."""
    choices = ", ".join(json.dumps(choice, ensure_ascii=False) for choice in answer.choices)
    match answer.kind:
        case "choice":
            return f"One of {choices}."
        case "set":
            return f"A set with all that apply of {choices}."
        case "array" if answer.shape is not None:
            return f"Shape {answer.shape}."
        case kind:
            return f"Form: {_HOW[kind]}." if kind in _HOW else ""


def _render_function(answer: Answer) -> list[str]:
    about = _quote(_join(answer.about))
    unit = "" if answer.returns else f" Unit: {_quote(_join(answer.unit))}." * bool(answer.unit)
    returns = _quote(f"Returns {_join(answer.returns)}.") if answer.returns else ""
    body = wrap(about + unit, _WIDTH - 8)
    if returns:
        body += ["", *wrap(returns, _WIDTH - 8)]
    docstring = [f'    """{body[0]}', *(f"    {line}" if line else "" for line in body[1:])]
    docstring = [*docstring, '    """'] if len(body) > 1 else [f'{docstring[0]}"""']
    return [
        f"def {answer.name}{_render_signature(answer)}:",
        *docstring,
        "    ...",
    ]


def _quote(text: str) -> str:
    """Return `text` so that it can stand between triple double quotes."""
    return text.replace("\\", "\\\\").replace('"', "'")


def _join(text: str) -> str:
    return " ".join(text.split())


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in wrap(text, _WIDTH - 2)]


def _comment_out(line: str) -> str:
    return line if line.startswith("#") else f"# {line}".rstrip()


def _render_percent_cell(cell: StarterCell) -> str:
    kind = "" if cell.kind == "code" else " [markdown]"
    tags = f" tags={json.dumps(cell.tags)}" if cell.tags else ""
    body = cell.source
    if cell.kind == "markdown":
        body = "\n".join(_render_comment(line) for line in cell.source.splitlines())
    return f"# %%{kind}{tags}\n{body}\n"


def _render_comment(line: str) -> str:
    # A line of a text that begins with %% would start a cell of its own once it is a comment.
    text = f"\\{line.lstrip()}" if line.lstrip().startswith("%%") else line
    return f"# {text}".rstrip()
