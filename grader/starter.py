"""Builds the files that students start from. They hold the questions and nothing of how the answers are judged."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from textwrap import wrap
from typing import Any, Literal

import nbformat
from nbformat import NotebookNode

from grader.course import Answer, Assignment, Course, Datum, Draw, Exercise, Part
from grader.errors import UsageError
from grader.judge.placeholder import (
    OPEN_COMMENT,
    OPEN_TEXT,
    answer_points,
    exercise_heading,
    part_heading,
    show_points,
    text_placeholder,
)
from grader.spec.places import fill_places

_WIDTH = 100
_LONGEST_ID = 64  # of nbformat
_LINE = 119  # of the introduction
_ANSWERS = """\
Give each name that is set to `...` its value, and each function its body; keep the names as they are. A name that is
still `...` counts as not attempted."""
_TEXTS = """\
An answer in words goes into the cell that begins with its name, such as **{text}**: double-click it and replace its
last line."""
_CELLS = """\
Add cells of your own wherever you like, and leave the tags of these cells (`{exercise}`, `{part}`) as they are. In VS
Code take the notebook: in the script formulas stay TeX source."""
_CHECK = """\
**Check** before you submit: run the cells with `check`, or `python -m numgrade_student {tag}.py` for the script. A
check says whether each answer is there and of the right form, never whether it is right. It comes with the course's
files; their README says how to install it."""
_MARKED = "These data are yours alone, and this line says so: leave it as it is."
_FORMS = {
    "bool": "`True` or `False`.",
    "figure": "A Matplotlib figure.",
    "expression": "An exact expression in a string.",
}
_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


Given = Mapping[str, Draw]  # by exercise
NOBODY: Given = {}


@dataclass(frozen=True)
class StarterCell:
    """A cell of a starter. `id` is made of what the cell holds, so that building again gives the same bytes."""

    id: str
    kind: Literal["code", "markdown"]
    source: str
    tags: tuple[str, ...] = ()


def build_notebook(course: Course, exercises: Iterable[Exercise], given: Given = NOBODY) -> NotebookNode:
    """Return a notebook (nbformat 4.5) with `exercises`, every answer left open, and a check below each part."""
    cells = list(build_cells(course, exercises, with_checks=True, given=given))
    return wrap_cells([_build_notebook_cell(cell, name) for cell, name in zip(cells, _list_ids(cells), strict=True)])


def wrap_cells(cells: list[dict[str, Any]]) -> NotebookNode:
    """Return a Python notebook (nbformat 4.5) of these cells."""
    notebook: NotebookNode = nbformat.from_dict(
        {
            "cells": cells,
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


def _list_ids(cells: Iterable[StarterCell]) -> list[str]:
    """Return an id for each cell: its own, unless that is too long, or taken, as an author may name things alike."""
    ids: list[str] = []
    for index, cell in enumerate(cells):
        ids.append(cell.id if len(cell.id) <= _LONGEST_ID and cell.id not in ids else f"cell-{index}")
    return ids


def _build_notebook_cell(cell: StarterCell, name: str) -> dict[str, Any]:
    metadata = {"tags": list(dict.fromkeys(cell.tags))} if cell.tags else {}
    common = {"id": name, "cell_type": cell.kind, "metadata": metadata, "source": cell.source}
    return common | ({"execution_count": None, "outputs": []} if cell.kind == "code" else {})


def build_script(course: Course, exercises: Iterable[Exercise], given: Given = NOBODY) -> str:
    """Return a script in percent format with `exercises`, every answer left open.

    It has no cell that checks: a script runs as a whole, also where the kit is not installed.
    """
    return "\n".join(_render_percent_cell(cell) for cell in build_cells(course, exercises, given=given))


def build_starters(course: Course, given: Given = NOBODY) -> dict[str, bytes]:
    """Return a notebook and a script for each exercise and for all of them, by their names.

    Args:
        course: whose they are.
        given: what one student gets, by exercise, where each student has other data.
    """
    sets = {exercise.tag: (exercise,) for exercise in course.exercises} | {"all": course.exercises}
    files: dict[str, bytes] = {}
    for name, exercises in sets.items():
        notebook: str = nbformat.writes(build_notebook(course, exercises, given))
        files[f"{name}.ipynb"] = f"{notebook.rstrip()}\n".encode()
        files[f"{name}.py"] = build_script(course, exercises, given).encode()
    return files


def write_files(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write files by their paths below a folder, and return their paths.

    Raises:
        UsageError: a file of that name holds something else, which may be somebody's work.
    """
    paths = {folder / name: content for name, content in files.items()}
    taken = [str(path) for path, content in paths.items() if _is_other(path, content)]
    if taken:
        raise UsageError(f"not overwritten, as they hold something else: {', '.join(taken)}")
    for path, content in paths.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return list(paths)


def _is_other(path: Path, content: bytes) -> bool:
    """Return whether something else stands at `path`, or on the way to it."""
    try:
        return path.read_bytes() != content
    except FileNotFoundError:
        return False
    except (IsADirectoryError, NotADirectoryError):
        return True


def build_cells(
    course: Course, exercises: Iterable[Exercise], *, with_checks: bool = False, given: Given = NOBODY
) -> Iterator[StarterCell]:
    """Yield the cells of a starter in order; notebook and script are two ways to write them down."""
    chosen = tuple(one.give(given[one.id].values) if one.id in given else one for one in exercises)
    yield StarterCell("introduction", "markdown", introduce(course, chosen))
    for exercise in chosen:
        tag = exercise.tag
        heading = "" if len(chosen) == 1 else f"{exercise_heading(exercise)}\n\n"  # the title says it
        yield StarterCell(tag, "markdown", f"{heading}{fill_places(exercise.statement, exercise).strip()}", (tag,))
        yield StarterCell(f"{tag}-given", "code", _render_given(exercise, given.get(exercise.id)), (tag,))
        for part in exercise.parts:
            yield from _build_part(exercise, part, tag)
            if with_checks:
                yield StarterCell(f"{part.id}-check", "code", _render_check(part.id), (tag, part.id))
    if with_checks:
        yield StarterCell("check", "code", _render_check())


def introduce(course: Course, exercises: Sequence[Exercise]) -> str:
    """Return the first cell: the title, and how to answer, to check and to submit."""
    is_single = len(exercises) == 1
    title = exercise_heading(exercises[0]).lstrip("# ") if is_single else _join(course.file.title)
    course_title = f"*{_join(course.file.title)}*" if is_single else ""
    check = _CHECK.replace("{tag}", exercises[0].tag if is_single else "all")
    texts = [course_title, _describe_answers(exercises), check, describe_submitting(course, exercises)]
    return "\n\n".join([f"# {title}", *map(_fill, filter(None, texts))])


def _describe_answers(exercises: Sequence[Exercise]) -> str:
    """Return what students do with the cells, in words that these exercises' own names fit into."""
    texts = [
        one.name for exercise in exercises for part in exercise.parts for one in part.answers if one.kind == "text"
    ]
    cells = _CELLS.replace("{exercise}", exercises[0].tag).replace("{part}", exercises[0].parts[0].id)
    return " ".join([_ANSWERS, *(_TEXTS.replace("{text}", name) for name in texts[:1]), cells])


def describe_submitting(course: Course, exercises: Sequence[Exercise]) -> str:
    """Return until when and how these exercises are submitted, as far as the course says so."""
    due = [_describe_due(one, exercises) for one in course.assignments if one.due is not None]
    dates = "; ".join(filter(None, due))
    return " ".join(filter(None, [f"**Submit** {dates}." if dates else "", _join(course.file.submit)]))


def _describe_due(assignment: Assignment, exercises: Sequence[Exercise]) -> str:
    """Return until when, with the exercises' ids where there are others; empty where none is of this assignment."""
    own = [exercise.id for exercise in exercises if exercise.id in assignment.exercises]
    if not own or assignment.due is None:
        return ""
    which = "" if len(own) == len(exercises) else f"{', '.join(own)} "
    zone = f"{assignment.due:%Z}".removeprefix("UTC")
    return f"{which}until {assignment.due.day} {assignment.due:%B %Y, %H:%M} (UTC{zone})"


def _render_check(part: str = "") -> str:
    return f"from numgrade_student import check\n\ncheck({json.dumps(part) if part else ''})"


def _build_part(exercise: Exercise, part: Part, tag: str) -> Iterator[StarterCell]:
    tags = (tag, part.id)
    statement = fill_places(part.statement, exercise).strip()
    yield StarterCell(part.id, "markdown", f"{part_heading(part)}\n\n{statement}", tags)
    coded = [answer for answer in part.answers if answer.kind != "text"]
    if coded:
        source = "\n\n".join(_render_answer(answer, answer_points(part, answer)) for answer in coded)
        yield StarterCell(f"{part.id}-answers", "code", source, tags)
    for answer in part.answers:
        if answer.kind == "text":
            yield StarterCell(answer.name, "markdown", text_placeholder(part, answer), (*tags, answer.name))


def _render_signature(answer: Answer) -> str:
    return f"({', '.join(parameter.name for parameter in answer.parameters)})"


def _render_given(exercise: Exercise, draw: Draw | None) -> str:
    lines = ["import numpy as np"]
    for datum in exercise.given:
        lines += ["", *_comment(_join(datum.about)), f"{datum.name} = {_render_data(datum.value)}"]
    if draw is not None:
        lines += ["", *_comment(_MARKED), f"{exercise.mark} = {json.dumps(draw.mark)}"]
    return "\n".join(lines)


def _render_data(value: Datum) -> str:
    if isinstance(value, tuple):
        return f"np.array({_render_list(value)})"
    return repr(value)


def _render_list(value: tuple[float, ...] | tuple[tuple[float, ...], ...]) -> str:
    items = (_render_list(item) if isinstance(item, tuple) else repr(item) for item in value)
    return f"[{', '.join(items)}]"


def _render_answer(answer: Answer, points: Fraction) -> str:
    worth = f"({show_points(points)})" if points else ""
    if answer.kind == "function":
        lines = [*_comment(worth), *_render_function(answer)]
    else:
        unit = f"Unit: {_join(answer.unit)}." if answer.unit else ""
        sentences = [_join(answer.about), unit, _describe_form(answer), worth]
        lines = [*_comment(" ".join(filter(None, sentences))), f"{answer.name} = ..."]
    if answer.optional:
        lines = ["# Optional: take the comment signs away to use it.", *(_comment_out(line) for line in lines)]
    return "\n".join(lines)


def _describe_form(answer: Answer) -> str:
    """Return which form the value has, as a sentence; empty where none is needed, or `about` says it."""
    choices = ", ".join(json.dumps(choice, ensure_ascii=False) for choice in answer.choices)
    match answer.kind:
        case "choice":
            return f"One of {choices}."
        case "set":
            return f"A set with all that apply of {choices}."
        case "array" | "complex" if answer.shape:
            return _describe_shape(answer.shape, "complex numbers" if answer.kind == "complex" else "numbers")
        case kind:
            return "" if kind in answer.about.casefold() else _FORMS.get(kind, "")


def _describe_shape(shape: tuple[int, ...], what: str) -> str:
    """Return `Four numbers.` or `An array of 3 × 3 numbers.`."""
    if len(shape) > 1:
        return f"An array of {' × '.join(map(str, shape))} {what}."
    (size,) = shape
    count = _COUNTS[size] if size < len(_COUNTS) else str(size)
    return f"{count.capitalize()} {what if size != 1 else what.removesuffix('s')}."


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


def _fill(text: str) -> str:
    return "\n".join(wrap(_join(text), _LINE, break_long_words=False, break_on_hyphens=False))


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in wrap(text, _WIDTH - 2)]


def _comment_out(line: str) -> str:
    return line if line.startswith("#") else f"# {line}".rstrip()


def _render_percent_cell(cell: StarterCell) -> str:
    kind = "" if cell.kind == "code" else " [markdown]"
    tags = f" tags={json.dumps(cell.tags)}" if cell.tags else ""
    body = cell.source
    if cell.kind == "markdown":
        body = "\n".join(_render_comment(line) for line in cell.source.replace(OPEN_TEXT, OPEN_COMMENT).splitlines())
    return f"# %%{kind}{tags}\n{body}\n"


def _render_comment(line: str) -> str:
    # A line of a text that begins with %% would start a cell of its own once it is a comment.
    text = f"\\{line.lstrip()}" if line.lstrip().startswith("%%") else line
    return f"# {text}".rstrip()
