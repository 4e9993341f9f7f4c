"""What must hold where each student gets other data: the exercise has a variant, and is judged by nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from grader.course import CourseFile, Exercise, Variant
from grader.errors import Problem
from grader.judge.rules import rule_of
from grader.reference import path_of
from grader.spec.keys import suggest
from grader.spec.known import Known
from grader.spec.yaml12 import Document

_DRAWS = "variants"  # the module of the functions that draw

Read = Sequence[tuple[Document, Exercise]]


def find_variant_problems(
    document: Document, course: CourseFile, exercises: Read, known: Known | None
) -> Iterator[Problem]:
    """Yield what is wrong between the exercises with variants, the course that uses them, and its code."""
    yield from _check_named(document, course, {exercise.id: exercise for _, exercise in exercises})
    owners = {answer.name: exercise for _, exercise in exercises for part in exercise.parts for answer in part.answers}
    for file, exercise in exercises:
        yield from _check_alone(file, exercise, owners)
        if exercise.variant is not None and known is not None:
            yield from _check_code(file, exercise, exercise.variant, known)


def _check_named(document: Document, course: CourseFile, exercises: Mapping[str, Exercise]) -> Iterator[Problem]:
    for index, name in enumerate(course.variants):
        path = ("variants", index)
        if name not in exercises:
            yield document.problem(path, f"{name} is not an exercise of this course: {suggest(name, exercises)}")
        elif name in course.variants[:index]:
            yield document.problem(path, f"{name}: expected once, got it above too")
        elif exercises[name].variant is None:
            yield document.problem(path, f"{name}: expected an exercise with a `variant`, and this one has none")


def _check_alone(file: Document, exercise: Exercise, owners: Mapping[str, Exercise]) -> Iterator[Problem]:
    """Yield where answers to other data than everybody's would decide about another exercise."""
    for at, part in enumerate(exercise.parts):
        for index, check in enumerate(part.checks):
            for use in rule_of(check).uses(check):
                other = owners.get(use.name, exercise)
                if other is exercise or (exercise.variant is None and other.variant is None):
                    continue
                message = f"{use.name} is an answer of exercise {other.id}: expected none of another exercise, as "
                yield file.problem(("parts", at, "checks", index, *use.path), f"{message}the data of one are drawn")


def _check_code(file: Document, exercise: Exercise, variant: Variant, known: Known) -> Iterator[Problem]:
    draws = known.catalogues.get(_DRAWS)
    if draws is not None and variant.draw not in draws:
        message = f"{variant.draw} is not a function of {path_of(_DRAWS)}: {suggest(variant.draw, draws)}"
        yield file.problem(("variant", "draw"), message)
    functions = known.list_functions(exercise.module) if known.has_module(exercise.module) else None
    if functions is None:
        return  # a problem by itself
    for index, parameter in enumerate(variant.parameters):
        if parameter.constant in functions or not known.describe(exercise.module, parameter.constant):
            message = f"{parameter.constant}: expected a constant of {path_of(exercise.module)}, got none"
            yield file.problem(("variant", "parameters", index, "constant"), message)
