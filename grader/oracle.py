"""Expected values, inputs, invariants and rules of a course: the only caller of the author's code.

Whatever the author's code raises becomes a `CourseError`, so that a broken reference leaves a check ungraded and never
becomes a verdict on a student.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from types import ModuleType

import numpy as np

from grader.course import Argument, Course
from grader.errors import CourseError, Problem, TookTooLongError
from grader.judge.arguments import build_argument
from grader.judge.expectations import MANY, RejectedByReference, build_call
from grader.model import Call
from grader.reference import FOLDER, Bound, Reference, path_of, unbounded

INPUTS = ("inputs", "public.inputs")
INVARIANTS = ("invariants", "public.invariants")
RULES = ("rules",)
VARIANTS = ("variants",)
CATALOGUES = {  # by what checks name in them
    "inputs": INPUTS,
    "public.inputs": ("public.inputs",),
    "invariants": INVARIANTS,
    "rules": RULES,
    "variants": VARIANTS,
}


class Oracle:
    """The reference of a course, asked by exercise and name; each value is computed once.

    Args:
        course: says which module of the reference belongs to which exercise.
        reference: the course's own Python.
        bound: a limit for each call of it; the judge has bounds of its own where students' values come in.
    """

    def __init__(self, course: Course, reference: Reference, bound: Bound = unbounded) -> None:
        self.reference = reference
        self._bound = bound
        self._modules = {exercise.id: exercise.module for exercise in course.exercises}
        self._values: dict[tuple[str, str], object] = {}
        self._failures: dict[tuple[str, str], CourseError] = {}
        self._inputs: dict[tuple[str, tuple[Argument, ...]], tuple[Call, ...]] = {}

    def value(self, exercise_id: str, name: str) -> object:
        """Return what the zero-argument reference function `name` of an exercise returns.

        Raises:
            CourseError: there is no such function, or it failed.
        """
        key = (exercise_id, name)
        if key in self._failures:  # a value that does not come is waited for once, not for every student
            raise self._failures[key]
        if key not in self._values:
            try:
                self._values[key] = self.function(exercise_id, name)()
            except CourseError as error:
                self._failures[key] = error
                raise
        return self._values[key]

    def function(self, exercise_id: str, name: str) -> Callable[..., object]:
        """Return the reference function `name` of an exercise; what it raises arrives as a `CourseError`.

        Raises:
            CourseError: there is no such function.
        """
        return self._guard(self.reference.function(self._modules[exercise_id], name), self._modules[exercise_id], name)

    def _guard(self, function: Callable[..., object], module: str, name: str) -> Callable[..., object]:
        where = path_of(module)

        def call(*arguments: object) -> object:
            try:
                with self._bound(name), np.errstate(all="ignore"):
                    return function(*arguments)
            except (KeyboardInterrupt, TookTooLongError):
                raise
            except CourseError as error:  # beyond the bound
                raise CourseError([self.reference.stopped(error, where, error.problems[0])]) from error
            except (ValueError, ArithmeticError) as error:
                raise RejectedByReference([self.reference.problem(error, where, name)]) from error
            except BaseException as error:  # whatever it is, it is the author's
                raise CourseError([self.reference.problem(error, where, name)]) from error

        return call

    def _guard_instance(self, counterexample: Callable[..., object], module: str, name: str) -> Callable[..., object]:
        """Return the same for one of thousands of instances, which are asked within bounds that stand already."""
        where = path_of(module)

        def call(*results: object) -> object:
            try:
                return counterexample(*results)
            except (KeyboardInterrupt, TookTooLongError, MemoryError, RecursionError):
                raise
            except BaseException as error:  # whatever it is, it is the author's
                raise CourseError([self.reference.problem(error, where, name)]) from error

        return call

    def inputs(self, name: str, parameters: tuple[Argument, ...]) -> tuple[Call, ...]:
        """Return the calls that the generator `name` of `reference/inputs.py` gives, without repeats, in order.

        Raises:
            CourseError: there is no such generator, it failed, or a row does not fit the parameters.
        """
        key = (name, parameters)
        if key not in self._inputs:
            module, generator = self.reference.find_function(INPUTS, name)
            generate = self._guard(lambda: _list_rows(generator()), module, name)
            try:
                self._inputs[key] = build_calls(generate(), parameters)
            except WrongRowsError as error:
                raise CourseError([self.reference.locate(module, name, str(error))]) from error
        return self._inputs[key]

    def invariant(self, name: str) -> Callable[..., Iterable[object]]:
        """Return the invariant `name` of `reference/invariants.py` or `reference/public/invariants.py`.

        What it or its instances raise arrives as a `CourseError`; at most `MANY` + 1 instances are taken from it.

        Raises:
            CourseError: there is none.
        """
        module, theorem = self.reference.find_function(INVARIANTS, name)

        def instances(*arguments: object) -> Iterable[object]:
            found = self._guard(lambda: _list_rows(theorem(*arguments)), module, name)()
            if not isinstance(found, Iterable):
                message = f"expected to yield instances, got {found!r:.80} ({type(found).__name__})"
                raise CourseError([self.reference.locate(module, name, message)])
            for item in islice(found, MANY + 1):
                if isinstance(item, tuple) and len(item) == 2 and callable(item[1]):
                    yield item[0], self._guard_instance(item[1], module, name)
                else:
                    yield item

        return instances

    def rule(self, name: str) -> Callable[..., object]:
        """Return the function `name` of `reference/rules.py`; what it raises arrives as a `CourseError`.

        Raises:
            CourseError: there is none.
        """
        module, rule = self.reference.find_function(RULES, name)
        return self._guard(rule, module, name)

    def variant(self, name: str) -> Callable[..., object]:
        """Return the function `name` of `reference/variants.py`; what it raises arrives as a `CourseError`.

        Raises:
            CourseError: there is none.
        """
        module, draw = self.reference.find_function(VARIANTS, name)
        return self._guard(draw, module, name)

    def place(self, error: CourseError, exercise_id: str | None = None) -> CourseError:
        """Return the same error, with what it says of a function of the reference at that function's file and line.

        Where the function was stopped, that is the line at which it was. Functions of an exercise are looked for where
        one is named.
        """
        of_exercise = () if exercise_id is None else (self._modules[exercise_id],)
        modules = (*of_exercise, *INPUTS, *INVARIANTS, *RULES)
        return CourseError([self._place(problem, modules, error) for problem in error.problems])

    def _place(self, problem: Problem, modules: tuple[str, ...], error: CourseError) -> Problem:
        if problem.file != FOLDER:
            return problem
        module = next((one for one in modules if self.reference.defines(one, problem.key)), None)
        where = FOLDER if module is None else path_of(module)
        return self.reference.stopped(error, where, problem)


def build_calls(rows: object, parameters: tuple[Argument, ...]) -> tuple[Call, ...]:
    """Return one call per row of arguments, without repeats, in order.

    Raises:
        WrongRowsError: the rows are no rows of arguments for these parameters.
    """
    if not isinstance(rows, Iterable) or isinstance(rows, str):
        raise WrongRowsError(f"expected a list of argument tuples, got {rows!r:.80} ({type(rows).__name__})")
    calls: dict[Call, None] = {}
    for index, row in enumerate(rows):
        if not isinstance(row, tuple | list) or (parameters and len(row) != len(parameters)):
            wanted = ", ".join(parameter.name for parameter in parameters)
            count = f"{len(parameters)} argument{'s' * (len(parameters) != 1)}" if parameters else "the arguments"
            raise WrongRowsError(f"row {index}: expected a tuple of {count} ({wanted}), got {row!r:.80}")
        kinds = [parameter.kind for parameter in parameters] or ["value"] * len(row)
        try:
            arguments = [build_argument(value, kind) for value, kind in zip(row, kinds, strict=True)]
        except ValueError as error:
            raise WrongRowsError(f"row {index}: {error}") from error
        calls[build_call(*arguments)] = None
    if not calls:
        raise WrongRowsError("expected at least one row of arguments, got none")
    return tuple(calls)


class WrongRowsError(Exception):
    """What a generator of inputs gave are no rows of arguments."""


def _list_rows(rows: object) -> object:
    """Return what a generator yields as a list, so that it runs where it is guarded; anything else as it is."""
    return list(islice(rows, MANY + 1)) if isinstance(rows, Iterator) else rows


class KnownNames:
    """The names that a course's code defines. What cannot be loaded is among the `problems`, each of them once."""

    def __init__(self, reference: Reference) -> None:
        """Load what belongs to no exercise: inputs, invariants and rules."""
        self._reference = reference
        self._problems: dict[Problem, None] = {}
        self._failed: set[str] = set()
        self.catalogues: Mapping[str, frozenset[str] | None] = {
            name: self._list_catalogue(modules) for name, modules in CATALOGUES.items()
        }

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was found wrong so far."""
        return tuple(self._problems)

    def _list_catalogue(self, modules: tuple[str, ...]) -> frozenset[str] | None:
        present = [name for name in modules if self._reference.has_module(name)]
        found = [self._load(name) for name in present]
        if None in found:
            return None
        return frozenset(self._reference.list_functions(present))

    def _load(self, module: str) -> ModuleType | None:
        if module in self._failed:
            return None
        try:
            return self._reference.module(module)
        except CourseError as error:
            self._failed.add(module)
            self._problems.update(dict.fromkeys(error.problems))
            return None

    def has_module(self, name: str) -> bool:
        """Return whether the reference has a module of this name."""
        return self._reference.has_module(name)

    def describe(self, module: str, name: str) -> str:
        """Return what a module has by this name that is no function, in words; nothing where it has none."""
        loaded = self._load(module)
        if loaded is None or not hasattr(loaded, name):
            return ""
        return f"a value, {getattr(loaded, name)!r:.80}"

    def list_modules(self) -> tuple[str, ...]:
        """Return the names of the modules that lie directly in the reference."""
        return tuple(sorted(path.stem for path in self._reference.folder.glob("*.py") if path.stem != "__init__"))

    def list_functions(self, module: str) -> frozenset[str] | None:
        """Return the names of the functions in a module; None where it cannot be loaded, which is a problem."""
        loaded = self._load(module)
        return None if loaded is None else frozenset(name for name, one in vars(loaded).items() if callable(one))
