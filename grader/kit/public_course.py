"""Compiles a course to what students may know of it: names, forms and theorems, without anything that decides a mark.

What goes in is listed here key by key, so that a new key of the author's files stays out until somebody adds it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from grader import __version__
from grader.course import Answer, Course, Exercise, Invariant, Part
from grader.judge.forms import build_form
from grader.judge.placeholder import starter_words
from grader.judge.rules.invariant import InvariantCheck
from grader.reference import FOLDER, PUBLIC, Reference, list_course_files

SCHEMA = "numgrade/public-course/v1"
_PUBLIC = f"{PUBLIC}.invariants"  # where the theorems are that students may have

Record = dict[str, Any]


def compile_public_course(course: Course, folder: Path) -> dict[str, bytes]:
    """Return the files of the public course by their paths: `course.json`, and `public/` as the author wrote it.

    Args:
        course: what to compile.
        folder: where the course lies.
    """
    theorems = list_public_theorems(course, Reference(folder))
    compiled = json.dumps(build_public_course(course, theorems), ensure_ascii=False, indent=1, allow_nan=False)
    return {"course.json": f"{compiled}\n".encode(), **_read_public_modules(folder)}


def list_public_theorems(course: Course, reference: Reference) -> set[str]:
    """Return the names of the theorems that students may have.

    One may be in `reference/invariants.py` too: that is then the one that grading uses, and may say more.
    """
    return {theorem.name for theorem in course.file.invariants if reference.defines(_PUBLIC, theorem.name)}


def _read_public_modules(folder: Path) -> dict[str, bytes]:
    reference = folder / FOLDER
    paths = (path for path in list_course_files(folder) if path.is_relative_to(reference / PUBLIC))
    return {path.relative_to(reference).as_posix(): path.read_bytes() for path in paths if path.suffix == ".py"}


def build_public_course(course: Course, theorems: Collection[str]) -> Record:
    """Return the content of `course.json`; `theorems` are the names of those that students may have."""
    catalogue = {theorem.name: theorem for theorem in course.file.invariants if theorem.name in theorems}
    return {
        "schema": SCHEMA,
        "id": course.file.id,
        "title": _join(course.file.title),
        "grader": __version__,
        "exercises": [_build_exercise(exercise, catalogue) for exercise in course.exercises],
    }


def _build_exercise(exercise: Exercise, catalogue: Mapping[str, Invariant]) -> Record:
    parts = [_build_part(part, catalogue) for part in exercise.parts]
    return {"id": exercise.id, "tag": exercise.tag, "title": _join(exercise.title), "parts": parts}


def _build_part(part: Part, catalogue: Mapping[str, Invariant]) -> Record:
    return {
        "id": part.id,
        "title": _join(part.title),
        "answers": [_build_answer(part, answer) for answer in part.answers],
        "invariants": [
            _build_invariant(check, catalogue[check.theorem]) for check in _list_public_invariants(part, catalogue)
        ],
    }


def _build_answer(part: Part, answer: Answer) -> Record:
    """Return the form of an answer, as far as it says more than the default, and what the starter says in its cell."""
    form = build_form(part, answer)
    told = {one.name: getattr(form, one.name) for one in fields(form) if getattr(form, one.name) != one.default}
    if answer.kind == "text":
        told["placeholder"] = starter_words(part, answer)
    if "parameters" in told:
        told["parameters"] = list(map(asdict, form.parameters))
    return {key: list(value) if isinstance(value, tuple) else value for key, value in told.items()}


def _list_public_invariants(part: Part, catalogue: Collection[str]) -> Iterator[InvariantCheck]:
    """Yield the theorems that are asked of students' own answers before the due moment.

    Not one that would settle a graded answer, nor one whose only inputs are those that grading uses.
    """
    for check in part.checks:
        if not isinstance(check, InvariantCheck) or check.theorem not in catalogue or check.visibility != "public":
            continue
        if (check.inputs is None or check.examples is not None) and not check.settles:
            yield check


def _build_invariant(check: InvariantCheck, theorem: Invariant) -> Record:
    record = {
        "id": check.id,
        "theorem": check.theorem,
        "says": _join(theorem.public or theorem.statement),
        "of": list(check.of),
        "inputs": check.examples,
        "slack": check.slack,
    }
    return _drop_empty(record)


def _drop_empty(record: Record) -> Record:
    """Return a record without the keys that say nothing; the number 0 says something."""
    return {key: value for key, value in record.items() if not (value is None or value is False or value in ("", []))}


def _join(text: str) -> str:
    return " ".join(text.split())
