"""An assignment as both formats have it: notebooks, their questions, the cells of solution and release, the tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal


@dataclass(frozen=True)
class Block:
    """A cell as the instructor's solution and as the students' release have it; empty where one of them lacks it.

    `given` is for students to read or to run, `answer` for them to write.
    """

    kind: Literal["code", "markdown"]
    role: Literal["given", "answer"]
    solution: str
    release: str


@dataclass(frozen=True)
class Test:
    """What decides points: the code that students see, the code that they do not, and what passing it earns."""

    name: str
    visible: str
    hidden: str
    points: Fraction

    @property
    def source(self) -> str:
        """All of its code."""
        return "\n".join(filter(None, (self.visible, self.hidden)))


@dataclass(frozen=True)
class Question:
    """What earns points: by tests, by a person, or by both.

    Attributes:
        id: its name in the assignment.
        blocks: its cells in order, what is given among them.
        tests: what decides its points.
        manual: the points that a person gives; None where no person does.
        scheme: what whoever marks is told.
    """

    id: str
    blocks: tuple[Block, ...]
    tests: tuple[Test, ...] = ()
    manual: Fraction | None = None
    scheme: str = ""

    @property
    def answers(self) -> Iterator[Block]:
        """The cells that students write."""
        return (block for block in self.blocks if block.role == "answer")


@dataclass(frozen=True)
class Notebook:
    """A notebook: its name without extension, what stands before the first question, the questions.

    `notes` say what of it could not be carried over, `files` which files its configuration names.
    """

    name: str
    introduction: tuple[Block, ...]
    questions: tuple[Question, ...]
    notes: tuple[str, ...] = ()
    files: frozenset[str] = frozenset()

    @property
    def blocks(self) -> Iterator[Block]:
        """All cells in order."""
        yield from self.introduction
        for question in self.questions:
            yield from question.blocks


@dataclass(frozen=True)
class Assignment:
    """The notebooks of an assignment, and the files beside them, by their paths below its folder."""

    format: str
    name: str
    notebooks: tuple[Notebook, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def keep_graded(questions: Iterable[Question], rest: Iterable[Block]) -> tuple[tuple[Question, ...], list[str]]:
    """Return the questions that earn points, and the ids of those that do not: their cells are given in the next one.

    `rest` are the cells behind the last question.
    """
    graded: list[Question] = []
    ungraded: list[str] = []
    waiting: list[Block] = []
    for one in questions:
        if one.manual is None and not one.tests:
            ungraded.append(one.id)
            waiting += [replace(block, role="given") for block in one.blocks]
        else:
            graded.append(replace(one, blocks=(*waiting, *one.blocks)))
            waiting = []
    if graded:
        graded[-1] = replace(graded[-1], blocks=(*graded[-1].blocks, *waiting, *rest))
    return tuple(graded), ungraded
