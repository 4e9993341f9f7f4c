"""What must hold between the files of a course: names that are used exist, once, and rubrics fit their text answers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from graphlib import CycleError, TopologicalSorter

from grader.errors import Problem
from grader.spec.model import (
    Answer,
    Check,
    CourseFile,
    CurveCheck,
    Exercise,
    FollowThrough,
    FunctionCheck,
    InvariantCheck,
    MinimaCheck,
    MistakeUse,
    OwnCheck,
    Rubric,
    TextCheck,
)
from grader.spec.yaml12 import Document, KeyPath

Pair = tuple[Document, Exercise]


@dataclass(frozen=True)
class Located:
    """Something of an exercise with the place it stands at."""

    document: Document
    path: KeyPath

    def problem(self, *steps: str | int, message: str) -> Problem:
        """Return a `Problem` at `steps` below here."""
        return self.document.problem((*self.path, *steps), message)


@dataclass(frozen=True)
class Files:
    """All files of a course, each read without a problem, and the names that the rooms above know (None: not asked)."""

    course: tuple[Document, CourseFile]
    exercises: tuple[tuple[Document, Exercise], ...]
    rubrics: tuple[tuple[Document, Rubric], ...]
    theorems: Collection[str] | None = None
    generators: Collection[str] | None = None

    @cached_property
    def checks(self) -> tuple[tuple[Located, str, Check], ...]:
        """Every check with its place and the id of its part."""
        return tuple(
            (Located(document, ("parts", at, "checks", index)), part.id, check)
            for document, exercise in self.exercises
            for at, part in enumerate(exercise.parts)
            for index, check in enumerate(part.checks)
        )

    @cached_property
    def answers(self) -> tuple[tuple[Located, Answer], ...]:
        """Every answer with its place."""
        return tuple(
            (Located(document, ("parts", at, "answers", index)), answer)
            for document, exercise in self.exercises
            for at, part in enumerate(exercise.parts)
            for index, answer in enumerate(part.answers)
        )


def find_link_problems(files: Files) -> Iterator[Problem]:
    """Yield what is wrong between the files of a course."""
    yield from _check_catalogue(*files.course)
    yield from _check_names(files)
    answers = {answer.name: answer for _, answer in files.answers}
    shares = {mistake.code for mistake in files.course[1].mistakes}
    for place, _, check in files.checks:
        yield from _check_uses(place, check, answers)
        yield from _check_codes(place, check, shares)
        yield from _check_rooms(place, check, files)
    yield from _check_cycles(files)
    yield from _check_rubrics(files)


def _check_catalogue(document: Document, course: CourseFile) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, mistake in enumerate(course.mistakes):
        if mistake.code in seen:
            yield document.problem(("mistakes", index, "code"), f"{mistake.code} is in the catalogue already")
        seen.add(mistake.code)
        if mistake.share > 1:
            yield document.problem(("mistakes", index, "share"), f"{mistake.share}: expected at most 1, the whole")


def _check_names(files: Files) -> Iterator[Problem]:
    first: dict[str, Located] = {}
    for place, answer in files.answers:
        if answer.name in first:
            other = first[answer.name].problem("name", message="")
            yield place.problem("name", message=f"{answer.name} is an answer already, at {other.file}:{other.line}")
        first.setdefault(answer.name, place)


def get_dependencies(check: Check) -> dict[KeyPath, str]:
    """Return the answers whose values the student's answer of `check` is judged by, each by the key that names it."""
    follow: FollowThrough | None = getattr(check, "follow_through", None)
    found: dict[KeyPath, str] = {}
    if follow is not None:
        found |= {("follow_through", "uses", index): name for index, name in enumerate(follow.uses)}
    if isinstance(check, OwnCheck):
        found |= {("uses", index): name for index, name in enumerate(check.uses)}
    if isinstance(check, CurveCheck):
        found[("grid",)] = check.grid
    if isinstance(check, CurveCheck | MinimaCheck):
        found[("variance",)] = check.variance
    return found


_KINDS_OF_KEY = {"grid": ("array",), "variance": ("number",), "of": ("function", "number", "array")}
_VALUES = ("number", "array", "bool", "choice", "function")


def _check_uses(place: Located, check: Check, answers: Mapping[str, Answer]) -> Iterator[Problem]:
    names = get_dependencies(check)
    if isinstance(check, InvariantCheck):
        names |= {("of", index): name for index, name in enumerate(check.of)}
    for path, name in names.items():
        kinds = _KINDS_OF_KEY.get(str(path[0]), _VALUES)
        if path[0] == "follow_through" and isinstance(check, FunctionCheck):
            kinds = ("function",)
        if name not in answers:
            yield place.problem(*path, message=f"{name} is no answer of this course")
        elif answers[name].kind not in kinds:
            yield place.problem(*path, message=f"{name} ({answers[name].kind}): expected {' or '.join(kinds)}")


def _check_codes(place: Located, check: Check, catalogue: Collection[str]) -> Iterator[Problem]:
    mistakes: tuple[MistakeUse, ...] = getattr(check, "mistakes", ())
    for index, mistake in enumerate(mistakes):
        if mistake.code not in catalogue:
            message = f"{mistake.code} is not in the catalogue of course.yaml"
            yield place.problem("mistakes", index, "code", message=message)


def _check_rooms(place: Located, check: Check, files: Files) -> Iterator[Problem]:
    match check:
        case InvariantCheck() if files.theorems is not None and check.theorem not in files.theorems:
            known = ", ".join(sorted(files.theorems))
            yield place.problem("theorem", message=f"{check.theorem}: expected one of {known}")
        case FunctionCheck() if files.generators is not None and check.inputs not in files.generators:
            known = ", ".join(sorted(files.generators))
            yield place.problem("inputs", message=f"{check.inputs}: expected one of {known}")
        case _:
            pass


def _check_cycles(files: Files) -> Iterator[Problem]:
    """Yield a problem for the first circle of answers that are judged by each other, which could never be decided."""
    graph: dict[str, set[str]] = {}
    places: dict[str, Located] = {}
    for place, _, check in files.checks:
        needs = set(get_dependencies(check).values())
        if needs:
            graph.setdefault(check.answer, set()).update(needs)
            places.setdefault(check.answer, place)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1][::-1]
        yield places[circle[0]].problem(message=f"judged in a circle: {' needs '.join(circle)}")


def _check_rubrics(files: Files) -> Iterator[Problem]:
    texts = {check.answer: (place, part, check) for place, part, check in files.checks if isinstance(check, TextCheck)}
    found: dict[str, str] = {}
    for document, rubric in files.rubrics:
        yield from _check_rubric(document, rubric)
        if rubric.answer not in texts:
            yield document.problem(("answer",), f"{rubric.answer} has no check with the rule text")
            continue
        if rubric.answer in found:
            yield document.problem(("answer",), f"{rubric.answer} has a rubric already, {found[rubric.answer]}")
        found.setdefault(rubric.answer, document.file)
        _, part, check = texts[rubric.answer]
        if rubric.part != part:
            yield document.problem(("part",), f"{rubric.part}: expected {part}, the part of {rubric.answer}")
        if rubric.points != check.points:
            yield document.problem(("points",), f"{rubric.points}: expected {check.points}, the points of the check")
    for answer, (place, part, _) in texts.items():
        if answer not in found:
            yield place.problem("answer", message=f"{answer} has no rubric: expected rubrics/{part}.yaml")


def _check_rubric(document: Document, rubric: Rubric) -> Iterator[Problem]:
    criteria: dict[str, Fraction] = {}
    for index, criterion in enumerate(rubric.criteria):
        if criterion.id in criteria:
            yield document.problem(("criteria", index, "id"), f"{criterion.id} is a criterion already")
        criteria.setdefault(criterion.id, criterion.points)
    total = sum((criterion.points for criterion in rubric.criteria), Fraction(0))
    if total != rubric.points:
        yield document.problem(("points",), f"{rubric.points}: expected the sum of the criteria's points, {total}")
    for index, example in enumerate(rubric.examples):
        for name, points in example.points.items():
            path = ("examples", index, "points", name)
            if name not in criteria:
                yield document.problem(path, f"{name} is no criterion of this rubric")
            elif points > criteria[name]:
                yield document.problem(path, f"{points}: expected at most {criteria[name]}, the criterion's points")
