"""The public course: what is asked and of which form, as `course.json` says it, and its own functions in `public/`."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

SCHEMA = "numgrade/public-course/v1"
INSTALLED = Path(__file__).with_name("course")  # where the student's wheel has its course

Args = tuple[Any, ...]
Modules = Callable[[str], object]


class CheckError(Exception):
    """The check cannot be made: the message says to the student why, and what to do."""


@dataclass(frozen=True)
class Parameter:
    """A parameter of a function; of kind `function` its examples are source text."""

    name: str
    kind: str = "value"


@dataclass(frozen=True)
class Answer:
    """A name that the student fills in, and the form that it has."""

    name: str
    kind: str
    about: str = ""
    unit: str = ""
    parameters: tuple[Parameter, ...] = ()
    result: str = "number"
    examples: str | None = None
    shape: tuple[int, ...] | None = None
    choices: tuple[str, ...] = ()
    range: tuple[float, float] | None = None
    default: float | None = None
    optional: bool = False
    keys: tuple[str, ...] = ()
    any_order: bool = False
    calls: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    placeholder: str = ""
    shows: tuple[str, ...] = ()


@dataclass(frozen=True)
class Invariant:
    """A theorem that holds for the answers `of`, whatever their values are."""

    id: str
    theorem: str
    says: str
    of: tuple[str, ...]
    inputs: str | None = None
    slack: float = 1e-6


@dataclass(frozen=True)
class Part:
    """The unit of points, and of what the check says."""

    id: str
    title: str
    answers: tuple[Answer, ...]
    invariants: tuple[Invariant, ...] = ()


@dataclass(frozen=True)
class Exercise:
    """An exercise; `tag` is what its cells carry."""

    id: str
    tag: str
    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class PublicCourse:
    """All that a student may know of how answers are looked at; `module` gives the modules of `public/` by name."""

    id: str
    title: str
    exercises: tuple[Exercise, ...]
    module: Modules = field(repr=False, compare=False)

    def list_parts(self) -> Iterator[tuple[Exercise, Part]]:
        """Yield every part with its exercise, in order."""
        yield from ((exercise, part) for exercise in self.exercises for part in exercise.parts)

    @property
    def answers(self) -> Mapping[str, Answer]:
        """Every answer by its name."""
        return {answer.name: answer for _, part in self.list_parts() for answer in part.answers}

    def choose(self, wanted: Iterable[str]) -> tuple[str, ...]:
        """Return the ids of the parts that these words mean: parts, exercises or answers; none of them means all.

        Raises:
            CheckError: there is no such part.
        """
        listed: Iterable[Any] = wanted  # a list among them means its items
        asked = [word for one in listed for word in (one if isinstance(one, list | tuple) else [one])]
        words = [str(word).strip().casefold() for word in asked]
        chosen: list[str] = []
        for word in words:
            found = [part.id for exercise, part in self.list_parts() if word in _list_names(exercise, part)]
            if not found:
                ids = [part.id for _, part in self.list_parts()]
                shown = word if len(word) <= 60 else f"{word[:57]}..."
                raise CheckError(f"There is no part {shown}; parts are {ids[0]} to {ids[-1]}.")
            chosen += found
        return tuple(part.id for _, part in self.list_parts() if not words or part.id in chosen)

    def rows(self, generator: str) -> tuple[Args, ...]:
        """Return the arguments that a generator of `public/inputs.py` gives."""
        return tuple(tuple(row) for row in getattr(self.module("inputs"), generator)())

    def theorem(self, name: str) -> Callable[..., Iterable[Any]]:
        """Return a theorem of `public/invariants.py`."""
        found: Callable[..., Iterable[Any]] = getattr(self.module("invariants"), name)
        return found


def _list_names(exercise: Exercise, part: Part) -> set[str]:
    names = (part.id, exercise.id, exercise.tag, *(answer.name for answer in part.answers))
    return {name.casefold() for name in names}


def load_course(folder: Path = INSTALLED) -> PublicCourse:
    """Return the public course in a folder.

    Raises:
        CheckError: there is none.
    """
    try:
        text = folder.joinpath("course.json").read_text("utf-8")
    except OSError as error:
        raise CheckError(
            "This copy of numgrade_student holds no course. Install the one that came with your exercises."
        ) from error
    return parse_course(json.loads(text), _PublicModules(folder / "public"))


def parse_course(document: Mapping[str, Any], module: Modules) -> PublicCourse:
    """Return the public course that a document says.

    Raises:
        CheckError: it is of another form.
    """
    if document.get("schema") != SCHEMA:
        raise CheckError(
            f"The course is of the form {document.get('schema')!r}, expected {SCHEMA!r}: install it again."
        )
    exercises = tuple(_parse_exercise(one) for one in document["exercises"])
    return PublicCourse(document["id"], document["title"], exercises, module)


def _parse_exercise(one: Mapping[str, Any]) -> Exercise:
    return Exercise(one["id"], one["tag"], one["title"], tuple(map(_parse_part, one["parts"])))


def _parse_part(one: Mapping[str, Any]) -> Part:
    answers = tuple(map(_parse_answer, one["answers"]))
    invariants = tuple(Invariant(**_with_tuples(item)) for item in one.get("invariants", ()))
    return Part(one["id"], one["title"], answers, invariants)


def _parse_answer(one: Mapping[str, Any]) -> Answer:
    parameters = tuple(Parameter(**parameter) for parameter in one.get("parameters", ()))
    return Answer(**_with_tuples({**one, "parameters": parameters}))


def _with_tuples(one: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in one.items()}


class _PublicModules:
    """The modules of `public/`, loaded by their path under a name that no other course has."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        digest = hashlib.sha256(str(folder.resolve()).encode("utf-8", "surrogateescape")).hexdigest()
        self._package = f"_numgrade_public_{digest[:16]}"

    def __call__(self, name: str) -> ModuleType:
        if self._package not in sys.modules:
            self._load(self._package, self._folder / "__init__.py", [str(self._folder)])
        full = f"{self._package}.{name}"
        return sys.modules[full] if full in sys.modules else self._load(full, self._folder / f"{name}.py", None)

    @staticmethod
    def _load(name: str, path: Path, locations: list[str] | None) -> ModuleType:
        spec = importlib.util.spec_from_file_location(name, path, submodule_search_locations=locations)
        if spec is None or spec.loader is None:
            raise CheckError(f"{path.name} of the course could not be read: install it again.")
        module = sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
