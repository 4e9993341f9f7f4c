"""Reads the source version of an nbgrader assignment: the metadata of its cells, and the regions in their text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from grader.errors import UsageError
from grader.importing.assignment import Block, Notebook, Question, Test, keep_graded
from grader.submission.naming import shown
from grader.submission.notebook import AuthoredCell

CODE_STUB = "# YOUR CODE HERE\nraise NotImplementedError()"
TEXT_STUB = "YOUR ANSWER HERE"
_REGION = r"^[ \t]*#* ?{begin}[ \t]*$\n?(?P<inside>.*?)(?:^[ \t]*#* ?{end}[ \t]*$\n?|\Z)"
_SOLUTION = re.compile(_REGION.format(begin="BEGIN SOLUTION", end="END SOLUTION"), re.DOTALL | re.MULTILINE)
_HIDDEN = re.compile(_REGION.format(begin="BEGIN HIDDEN TESTS", end="END HIDDEN TESTS"), re.DOTALL | re.MULTILINE)
_SCHEME = re.compile(
    r"^=== BEGIN MARK SCHEME ===[ \t]*$\n?(?P<inside>.*?)(?:^=== END MARK SCHEME ===[ \t]*$\n?|\Z)",
    re.DOTALL | re.MULTILINE,
)
_AUTOTEST = re.compile(r"^[ \t]*#{3,} ?(HASHED )?AUTOTEST[ \t]+(?P<code>.*)$", re.MULTILINE)
_GENERATED = re.compile(r"cell-[0-9a-f]{8,}")  # what nbgrader calls a cell that nobody has named


@dataclass
class _Open:
    """A question that is being read."""

    id: str
    blocks: list[Block]
    tests: list[Test] = field(default_factory=list)
    manual: Fraction | None = None
    scheme: str = ""

    def close(self) -> Question:
        return Question(self.id, tuple(self.blocks), tuple(self.tests), self.manual, self.scheme)


@dataclass
class _Reader:
    """What has been read of one notebook: what waits for the next question, and the questions before it."""

    name: str
    waiting: list[Block] = field(default_factory=list)
    introduction: list[Block] = field(default_factory=list)
    questions: list[_Open] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def read(self, number: int, cell: AuthoredCell) -> None:
        """Take the next cell."""
        marks = cell.metadata.get("nbgrader")
        if not isinstance(marks, Mapping) or cell.kind == "raw":
            self._keep_given(cell)
            return
        where = f"{shown(self.name)}, cell {number}"
        grades, solves = bool(marks.get("grade")), bool(marks.get("solution"))
        if marks.get("task") or (grades and solves):
            self._open_manual(cell, marks, where)
        elif grades:
            self._add_test(cell, marks, where)
        elif solves and cell.kind == "code":
            self._open_solution(cell, marks, where)
        else:
            self._keep_given(cell)

    def _keep_given(self, cell: AuthoredCell) -> None:
        self.waiting.append(Block("code" if cell.kind == "code" else "markdown", "given", cell.source, cell.source))

    def _name(self, marks: Mapping[str, Any], where: str) -> str:
        """Return what a question is called: its `grade_id`, or its number where nobody chose one.

        Raises:
            UsageError: the id is none, or that of another cell.
        """
        grade_id = marks.get("grade_id")
        if not isinstance(grade_id, str) or not re.fullmatch(r"[A-Za-z0-9_-]{1,100}", grade_id):
            got = f"{grade_id!r:.60}"
            raise UsageError(
                f"{where}: expected a grade_id of letters, digits, - and _, got {got}; name it in nbgrader"
            )
        if _GENERATED.fullmatch(grade_id):
            return f"question-{len(self.questions) + 1}"
        return grade_id

    def _open(self, question: _Open) -> None:
        """Begin a question: what stands before it belongs to it; before the first one, only the last text does."""
        before = self.waiting
        if not self.questions:
            texts = [index for index, block in enumerate(before) if block.kind == "markdown"]
            first = texts[-1] if texts else len(before)
            self.introduction, before = before[:first], before[first:]
        self.questions.append(question)
        question.blocks[:0] = before
        self.waiting = []

    def _open_solution(self, cell: AuthoredCell, marks: Mapping[str, Any], where: str) -> None:
        block = Block("code", "answer", *split_solution(cell.source, CODE_STUB))
        last = self.questions[-1] if self.questions else None
        if last is not None and last.manual is None and not last.tests:  # several cells, then the tests of all
            last.blocks += [*self.waiting, block]
            self.waiting = []
            return
        self._open(_Open(self._name(marks, where), [block]))

    def _open_manual(self, cell: AuthoredCell, marks: Mapping[str, Any], where: str) -> None:
        scheme = "\n".join(found["inside"].strip() for found in _SCHEME.finditer(cell.source))
        text = _SCHEME.sub("", cell.source)
        if marks.get("task"):  # the question itself; students add cells of their own
            blocks = [Block("markdown", "given", text, text), Block("markdown", "answer", "", TEXT_STUB)]
        elif cell.kind == "code":
            blocks = [Block("code", "answer", *split_solution(text, CODE_STUB))]
        else:
            blocks = [Block("markdown", "answer", *split_solution(text, TEXT_STUB))]
        points = read_points(marks.get("points"), where)
        self._open(_Open(self._name(marks, where), blocks, manual=points, scheme=scheme))

    def _add_test(self, cell: AuthoredCell, marks: Mapping[str, Any], where: str) -> None:
        name = self._name(marks, where)
        test = Test(name, *split_test(cell.source), read_points(marks.get("points"), where))
        if not self.questions or self.questions[-1].manual is not None:
            self._open(_Open(name, []))
            self.notes.append(f"{where}: the test {name} stands below no solution")
        last = self.questions[-1]
        last.blocks += self.waiting
        self.waiting = []
        last.tests.append(test)

    def close(self) -> Notebook:
        """Return the notebook."""
        graded, ungraded = keep_graded([one.close() for one in self.questions], self.waiting)
        notes = [*self.notes, *(f"{shown(self.name)}: {one} earns no points and became no part" for one in ungraded)]
        return Notebook(self.name, tuple(self.introduction), graded, tuple(notes))


def read_nbgrader(name: str, cells: Iterable[AuthoredCell]) -> Notebook:
    """Return the notebook that these cells are; without a question where none is of nbgrader.

    Raises:
        UsageError: the metadata of a cell are not nbgrader's; says where.
    """
    reader = _Reader(name)
    for number, cell in enumerate(cells, 1):
        reader.read(number, cell)
    return reader.close()


def split_solution(source: str, stub: str) -> tuple[str, str]:
    """Return the cell of the solution, and that of the release with `stub` in the place of what is solved."""

    def take_out(found: re.Match[str]) -> str:
        first = next((line for line in found["inside"].split("\n") if line.strip()), "")
        indent = first[: len(first) - len(first.lstrip())] or re.match(r"[ \t]*", found[0])[0]  # type: ignore[index]
        return "".join(f"{indent}{line}\n" for line in stub.split("\n"))

    if not _SOLUTION.search(source):
        return source, stub
    return _SOLUTION.sub(lambda found: found["inside"], source).rstrip(), _SOLUTION.sub(take_out, source).rstrip()


def split_test(source: str) -> tuple[str, str]:
    """Return the code of a test that students see, and the code that they do not."""
    told = _AUTOTEST.sub(lambda found: found["code"], source)
    hidden = "\n".join(found["inside"].rstrip() for found in _HIDDEN.finditer(told))
    return _HIDDEN.sub("", told).rstrip(), hidden


def read_points(points: object, where: str) -> Fraction:
    """Return the points of a graded cell.

    Raises:
        UsageError: there are none.
    """
    if isinstance(points, int | float) and not isinstance(points, bool) and 0 <= points < 1e6:
        return Fraction(str(points))
    raise UsageError(f"{where}: expected a number of points, got {points!r:.60}; set them in nbgrader")
