"""The exercises of a new course, as they are before their files are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from grader.importing.assignment import Notebook, Question
from grader.importing.suggest import Draft


@dataclass(frozen=True)
class ImportedPart:
    """A part of the new course: its question, its answers with open tasks, and the name of its text, if it has one."""

    id: str
    title: str
    statement: str
    question: Question
    drafts: tuple[Draft, ...]
    text: str = ""

    @property
    def points(self) -> Fraction:
        """What it is worth."""
        by_person = (self.question.manual if self.text else None) or Fraction(0)
        return sum((draft.points for draft in self.drafts), by_person)


@dataclass(frozen=True)
class ImportedExercise:
    """An exercise of the new course, made of a notebook."""

    id: str
    title: str
    statement: str
    notebook: Notebook
    given: tuple[Mapping[str, object], ...]
    parts: tuple[ImportedPart, ...]

    @property
    def module(self) -> str:
        """The name of its module in the reference."""
        return f"exercise{self.id.replace('-', '_')}" if self.id[0].isdigit() else self.id.replace("-", "_")

    @property
    def tag(self) -> str:
        """The tag of its cells and the stem of its file."""
        return f"ex{self.id}" if self.id[0].isdigit() else self.id
