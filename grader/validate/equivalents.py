"""The mutants that an author declares equivalent, each with its reason: `equivalents.yaml` beside the reference.

Three kinds, of which validation checks what it can:

- `same`: no input could show a difference beyond rounding; the answers must agree to 1e-9 on all that the course tries;
- `not_asked`: only an input could show it about which the course asks nothing; the answers must agree likewise;
- `accepted`: the answers differ, and by the course's own tolerance a student who gives them is right; they must differ.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from grader.course import Sentence
from grader.errors import CourseError
from grader.model import Frozen
from grader.spec.load import read_text
from grader.spec.wording import explain_errors
from grader.spec.yaml12 import parse_yaml

FILE = "equivalents.yaml"


Kind = Literal["same", "not_asked", "accepted"]


class Declaration(Frozen):
    """Mutants that nothing need tell from the reference, and the one reason why."""

    kind: Kind
    reason: Sentence
    mutants: Annotated[tuple[str, ...], Field(min_length=1)]


class Declarations(Frozen):
    """The file."""

    schema_: Literal["grader/equivalents/v1"] = Field(alias="schema")
    equivalents: tuple[Declaration, ...] = ()


@dataclass(frozen=True)
class Equivalent:
    """One declared mutant: its id, kind and reason, and where that stands."""

    mutant: str
    kind: Kind
    reason: str
    where: str


def read_equivalents(folder: Path) -> tuple[Equivalent, ...]:
    """Return the declarations in a reference's folder; none where there is no such file.

    Raises:
        CourseError: the file is not what it should be.
    """
    name = f"{folder.name}/{FILE}"
    if not (folder / FILE).exists():
        return ()
    document = parse_yaml(read_text(folder / FILE, name), name)
    try:
        found = Declarations.model_validate_json(json.dumps(document.data))
    except ValidationError as error:
        raise CourseError(explain_errors(error, document, Declarations)) from error
    return tuple(
        Equivalent(mutant, one.kind, one.reason, f"{name}:{document.lines['equivalents', place, 'mutants', index]}")
        for place, one in enumerate(found.equivalents)
        for index, mutant in enumerate(one.mutants)
    )
