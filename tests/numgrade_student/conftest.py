"""The public courses, compiled; a small one of every kind; and what the check says of names that a test gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from grader.kit import compile_public_course
from grader.pipeline import Grader, load_grader
from numgrade_student.course import PublicCourse, load_course, parse_course
from numgrade_student.engine import examine
from numgrade_student.report import Report
from numgrade_student.session import LiveWork

ROOT = Path(__file__).resolve().parents[2]
COURSES = {"kl": ROOT, "numerics": ROOT / "examples" / "numerics"}


@pytest.fixture(scope="session")
def graders() -> Mapping[str, Grader]:
    """Both courses of this repository, with all that decides a mark."""
    return {name: load_grader(folder) for name, folder in COURSES.items()}


@pytest.fixture(scope="session")
def public_folders(graders: Mapping[str, Grader], tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """The folders of their public courses, as a kit holds them."""
    found = {}
    for name, folder in COURSES.items():
        found[name] = tmp_path_factory.mktemp(name)
        for path, content in compile_public_course(graders[name].course, folder).items():
            place = found[name] / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
    return found


@pytest.fixture(scope="session")
def public_courses(public_folders: Mapping[str, Path]) -> Mapping[str, PublicCourse]:
    """Their public courses."""
    return {name: load_course(folder) for name, folder in public_folders.items()}


def _claim_positive(names: Any, inputs: Any, slack: float) -> Any:
    """Every number is positive."""
    del slack
    for args in inputs or [None]:
        yield [(names[0], args, 1)], lambda n: None if n > 0 else f"your {names[0]} gives {n:g} for {{0}}"


def _claim_alike(names: Any, inputs: Any, slack: float) -> Any:
    """Two of the student's results are never compared where one is infinite."""
    del slack
    for args in inputs:
        yield [(names[0], args, 1)], lambda n: {"inconclusive": names[0], "why": f"gave {n}"}


TINY = {
    "schema": "numgrade/public-course/v1", "id": "tiny", "title": "Tiny", "grader": "1",
    "exercises": [
        {"id": "1", "tag": "ex1", "title": "One", "parts": [
            {"id": "1a", "title": "A function", "answers": [
                {"name": "ex1_f", "kind": "function", "parameters": [{"name": "x"}], "examples": "xs"},
                {"name": "ex1_n", "kind": "number"}],
             "invariants": [
                 {"id": "p", "theorem": "positive", "says": "it is always positive", "of": ["ex1_f"], "inputs": "xs"},
                 {"id": "q", "theorem": "alike", "says": "never said", "of": ["ex1_f"], "inputs": "xs"}]},
            {"id": "1b", "title": "Words", "answers": [
                {"name": "ex1_c", "kind": "choice", "choices": ["pq", "qp"]},
                {"name": "ex1b_text", "kind": "text",
                 "placeholder": "**ex1b_text** (1 point): Why it is so.\n\n*Replace this line by your answer.*"},
                {"name": "ex1_v", "kind": "number", "range": [0.1, 1.0], "default": 0.5, "optional": True}]}]},
        {"id": "2", "tag": "ex2", "title": "Two", "parts": [
            {"id": "2a", "title": "An array", "answers": [{"name": "ex2_r", "kind": "array", "shape": [4]}]}]},
        {"id": "3", "tag": "ex3", "title": "Three", "parts": [
            {"id": "3a", "title": "A number", "answers": [{"name": "ex3_n", "kind": "number"}]}]},
    ],
}  # fmt: skip


@pytest.fixture
def tiny() -> PublicCourse:
    """A public course with little in it."""
    modules = {
        "inputs": SimpleNamespace(xs=lambda: [(1.0,), (2.0,)]),
        "invariants": SimpleNamespace(positive=_claim_positive, alike=_claim_alike),
    }
    return parse_course(TINY, modules.__getitem__)


@pytest.fixture
def say(tiny: PublicCourse) -> Callable[..., str]:
    """Return a function that checks names against the tiny course, and gives the text."""

    def look(*parts: str, **names: Any) -> str:
        return str(Report("this session", examine(tiny, LiveWork(names), tiny.choose(parts)), named=bool(parts)))

    return look
