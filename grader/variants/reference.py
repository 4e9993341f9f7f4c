"""The reference with a student's data: the exercise's module, its constants replaced; everything else is shared."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterable, Mapping
from types import CodeType, ModuleType

import numpy as np

from grader.copies import Copy, Sources, read_sources
from grader.course import Argument, Course, Datum, Exercise, Variant
from grader.errors import CourseError
from grader.model import Call
from grader.oracle import Oracle
from grader.reference import Bound, Reference

_DRAWN = "__drawn__"  # what a module finds the drawn constants under


class VariantReferences:
    """Makes the reference of a draw; the package is read and compiled once for all draws."""

    def __init__(self, reference: Reference) -> None:
        """Draw on the package of a course; nothing is read before it is needed."""
        self._reference = reference
        self._read: tuple[Sources, Copy] | None = None
        self._codes: dict[str, CodeType] = {}

    def build(self, exercise: Exercise, values: Mapping[str, Datum]) -> Reference:
        """Return the package in which an exercise has these data.

        Constants that are made of drawn ones follow. A module that does not have the constants raises a `CourseError`
        when it is first asked for.
        """
        names = {one.name: one.constant for one in _variant(exercise).parameters}
        drawn = {names[name]: _build_constant(value) for name, value in values.items() if name in names}
        made: list[Copy] = []

        def load() -> ModuleType:
            if not made:
                sources, base = self._sources()
                code = self._compile(sources, exercise, names.values())
                made.append(Copy(sources, {exercise.module: code}, base, {_DRAWN: drawn}))
            return made[0].module(exercise.module)

        return self._reference.replace(exercise.module, load)

    def _sources(self) -> tuple[Sources, Copy]:
        if self._read is None:
            sources = read_sources(self._reference)
            self._read = sources, Copy(sources)
        return self._read

    def _compile(self, sources: Sources, exercise: Exercise, constants: Iterable[str]) -> CodeType:
        if exercise.module not in self._codes:
            tree = copy.deepcopy(sources.trees[exercise.module])
            for name in constants:
                if not _replace_constant(tree, name):
                    message = f"expected one line `{name} = …` in this module, of which each student gets another value"
                    raise CourseError([self._reference.locate(exercise.module, name, message)])
            self._codes[exercise.module] = sources.compile(exercise.module, ast.fix_missing_locations(tree))
        return self._codes[exercise.module]


def _variant(exercise: Exercise) -> Variant:
    if exercise.variant is None:
        raise AssertionError(f"exercise {exercise.id} has no variant; the loader sees to it")
    return exercise.variant


def _build_constant(value: Datum) -> object:
    return np.array(value, dtype=np.float64) if isinstance(value, tuple) else value


def _replace_constant(tree: ast.Module, name: str) -> bool:
    """Let a module take the value of its constant `name` from what was drawn; return whether it has just one."""
    found = [node for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign) and _binds(node, name)]
    if len(found) != 1:
        return False
    drawn = ast.Name(_DRAWN, ast.Load())
    found[0].value = ast.copy_location(ast.Subscript(drawn, ast.Constant(name), ast.Load()), found[0])
    return True


def _binds(node: ast.Assign | ast.AnnAssign, name: str) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return len(targets) == 1 and isinstance(targets[0], ast.Name) and targets[0].id == name


class VariantOracle(Oracle):
    """What a student is judged by who has other data in one exercise: the questions are everybody's."""

    def __init__(self, course: Course, reference: Reference, base: Oracle, bound: Bound) -> None:
        """Take values from `reference`, in which one exercise's data are the student's, and all else from `base`."""
        super().__init__(course, reference, bound)
        self._base = base

    def inputs(self, name: str, parameters: tuple[Argument, ...]) -> tuple[Call, ...]:
        """Return the calls that everybody's functions are asked with."""
        return self._base.inputs(name, parameters)

    def invariant(self, name: str) -> Callable[..., Iterable[object]]:
        """Return the invariant that everybody's answers are held against."""
        return self._base.invariant(name)

    def rule(self, name: str) -> Callable[..., object]:
        """Return the course's own rule, which is everybody's."""
        return self._base.rule(name)
