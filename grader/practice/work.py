"""A submission as the students' check sees it: values, recorded calls, texts, and where cells stopped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from grader.judge.evidence import Answers
from grader.judge.plain import plain_of
from grader.judge.verdict import ENDINGS
from grader.model import (
    CellRun,
    Evidence,
    FileEvidence,
    Returned,
    Submission,
    SubmittedFile,
    list_sources,
)
from grader.model import Raised as RaisedRecord
from grader.practice.questions import build_recorded_call
from numgrade_student.calls import NoResult, Outcome, Raised
from numgrade_student.calls import Returned as ReturnedPlain
from numgrade_student.course import Answer, Args, PublicCourse
from numgrade_student.show import clean
from numgrade_student.stops import Stop, find_assigned, find_printing, make_stop
from numgrade_student.texts import TextState, find_place, is_untouched

_SYNTAX_PLACE = re.compile(r" \([^()]*, line (\d+)\)$")


class EvidenceWork:
    """What came out of the sandbox, asked by the students' check."""

    def __init__(self, course: PublicCourse, submission: Submission, evidence: Evidence, answers: Answers) -> None:
        """Look at evidence; `answers` are its own, merged over the files."""
        self._course, self._submission = course, submission
        self._evidence, self._answers = evidence, answers
        self._specs = course.answers

    @property
    def names(self) -> Iterable[str]:
        """The names that the submission gives a value, by its source."""
        found: set[str] = set()
        for source in list_sources(self._submission):
            found |= find_assigned(source)
        return sorted(found)

    @cached_property
    def _printing(self) -> frozenset[str]:
        """The functions that print: what a call printed is not in the evidence."""
        return frozenset(name for source in list_sources(self._submission) for name in find_printing(source))

    @cached_property
    def stops(self) -> Sequence[Stop]:
        """Where cells stopped, file by file."""
        files = {file.name: file for file in self._submission.files}
        return [
            stop for run in self._evidence.runs if run.file in files for stop in self._find_stops(run, files[run.file])
        ]

    def _find_stops(self, run: FileEvidence, file: SubmittedFile) -> Iterator[Stop]:
        for cell in run.cells:
            if cell.status == "raised" and cell.error is not None:
                yield self._build_stop(file, cell, cell.error)
            elif cell.status == "timed_out":
                yield self._build_ending(file, (cell.index,), "ran out of time")
        if run.ending is not None:
            first = run.ending.cell or 0
            later = [cell.index for cell in file.cells if cell.index >= first]
            yield self._build_ending(file, later, ENDINGS[run.ending.cause])

    def _build_stop(self, file: SubmittedFile, cell: CellRun, error: RaisedRecord) -> Stop:
        place = _SYNTAX_PLACE.search(error.message)
        line = int(place[1]) if place else error.line
        message = _SYNTAX_PLACE.sub("", error.message)
        number, words = self._name_place(file, cell.index)
        return make_stop(error.error, message, (file.cells[cell.index].source, line), cell=number, place=words)

    def _build_ending(self, file: SubmittedFile, cells: Sequence[int], words: str) -> Stop:
        number, place = self._name_place(file, cells[0] if cells else 0)
        names = {name for index in cells for name in find_assigned(file.cells[index].source)}
        return Stop("", "", number, place, names=frozenset(names), ending=words)

    def _name_place(self, file: SubmittedFile, index: int) -> tuple[int | None, str]:
        """Return the number of a cell, None for a script, and where it is in words."""
        several = len(self._submission.files) > 1
        if file.style == "script":
            return None, f"Your script {file.name}" if several else ""
        found = find_place(self._course, file.cells[index].tags)
        part = "" if found is None else f"exercise {found[0].id}" if found[1] is None else f"part {found[1].id}"
        words = [*([part] if part else []), *([file.name] if several else [])]
        return index + 1, ", ".join(words)

    def value(self, name: str) -> object:
        """Return the plain value of a name; None where there is none."""
        return plain_of(self._answers.get(name).value)

    def call(self, answer: Answer, args: Args) -> Outcome:
        """Return what the student's function gave in the sandbox."""
        result = self._answers.calls(answer.name).get(build_recorded_call(answer, args))
        match result:
            case Returned(value=value):
                return ReturnedPlain(plain_of(value), printed=answer.name in self._printing)
            case RaisedRecord():
                return Raised(clean(result.error, 60), clean(result.message, 160), result.line)
            case _ if result is not None and result.type == "timed_out":
                return NoResult("took too long")
            case _:
                return NoResult("never came back, because the process was gone")

    def text(self, name: str) -> TextState:
        """Return whether a markdown cell holds this answer."""
        placeholder = self._specs[name].placeholder
        for written in reversed(self._answers.texts(name)):
            if not is_untouched(written.own, placeholder):
                return "there"
            if not is_untouched(written.below, placeholder):
                return "below"
        return "missing"
