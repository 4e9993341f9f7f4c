"""Reads a class from a gradebook alone, for the class page: of each student the attempt that counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from grader.batch.gradebook_feedback import find_kept_evidence
from grader.course import Course
from grader.feedback.requests import describe_subject
from grader.gradebook import Gradebook, MarkedTwice, TextToMark
from grader.gradebook.agreement import build_agreements
from grader.gradebook.requests import count_requests
from grader.judge.score import add_points
from grader.model import Report, RunTimes
from grader.stats import (
    ClassStats,
    Drawings,
    Facts,
    Marked,
    Reader,
    Requested,
    Roll,
    SharedStats,
    Staff,
    compute_stats,
    list_curves,
    list_pairs,
    share,
)
from grader.stats.curves import MOST_STUDENTS, find_drawing_checks, is_drawn

NOTHING_TWICE = "–"


@dataclass(frozen=True)
class _Read:
    """What was read of an attempt, and when it was judged; drawings only where these were asked for."""

    judged_at: datetime
    facts: Facts
    drawn: Drawings | None = None


@dataclass
class ClassReader:
    """Reads the reports of a gradebook, each once: it stays known as long as it is not judged anew."""

    course: Course
    book: Gradebook
    _known: dict[int, _Read] = field(default_factory=dict)
    _computed: tuple[list[_Read], Roll, ClassStats] | None = None

    def __post_init__(self) -> None:
        """Share between all reports what they have in common."""
        self._reader = Reader(self.course)
        self._drawing = find_drawing_checks(self.course)

    def compute(self) -> ClassStats:
        """Return the numbers for staff. While texts are marked nothing else changes, and is not computed anew."""
        texts = self.book.texts()
        read, roll = self._read(texts)
        staff = Staff(tuple(self._read_marking(texts)), tuple(self._read_requests()))
        known = read, replace(roll, waiting=0)
        if self._computed is None or self._computed[:2] != known:
            facts, drawings = [one.facts for one in read], _join_drawings(read)
            self._computed = *known, compute_stats(self.course, facts, roll, staff, drawings)
        return replace(self._computed[2], roll=roll, marking=staff.marking, requests=staff.requests)

    def share(self) -> SharedStats:
        """Return what may be shown to everybody."""
        read, _ = self._read(())
        return share(self.course, [one.facts for one in read], _join_drawings(read))

    def _read(self, texts: Sequence[TextToMark]) -> tuple[list[_Read], Roll]:
        """Return what is counted, by student, and who else is in the class."""
        rows, verdicts = self.book.current_scores(), self.book.verdicts()
        reasons = {one.student: one.reason for one in self.book.refusals()}
        counted = {row.person.student: row.attempt_id for row in rows if row.attempt_id is not None}
        old = {student for student, key in counted.items() if verdicts[key].course_sha256 != self.course.sha256}
        keys = [key for student, key in counted.items() if student not in old]
        read, drawing, times = [], 0, self.book.run_times()
        for key in keys:
            one = self._find(key, verdicts[key].judged_at, times.get(key), draws=drawing < MOST_STUDENTS)
            drawing += one.drawn is not None and bool(one.drawn.curves or one.drawn.pairs)
            read.append(one)
        self._known = dict(zip(keys, read, strict=True))  # what does not count any more is forgotten
        return read, Roll(
            absent=tuple(
                row.person.student for row in rows if row.attempt_id is None and row.person.student not in reasons
            ),
            refused=tuple((student, reason) for student, reason in reasons.items() if student not in counted),
            outdated=tuple(sorted(old)),
            owed=tuple(row.person.student for row in rows if row.newer_ungraded),
            waiting=sum(text.marking is None for text in texts),
        )

    def _find(self, key: int, judged_at: datetime, times: RunTimes | None, *, draws: bool) -> _Read:
        known = self._known.get(key)
        if known is not None and known.judged_at == judged_at and (known.drawn is not None or not draws):
            return known
        report = self.book.report(key, with_marks=False)
        return _Read(judged_at, self._reader.read(report, times), self._draw(key, report) if draws else None)

    def _draw(self, key: int, report: Report) -> Drawings:
        evidence = find_kept_evidence(self.book, key, report) if is_drawn(report, self._drawing) else None
        if evidence is None:
            return Drawings()
        works = self.course, report, evidence
        return Drawings(tuple(list_curves(*works)), tuple(list_pairs(*works)))

    def _read_requests(self) -> Iterator[Requested]:
        """Yield how many requests for another look there are about each part or answer, the most first."""
        for one in count_requests(self.book.requests()):
            yield Requested(describe_subject(one.part, one.answer), one.count, one.waiting, one.changed)

    def _read_marking(self, texts: Sequence[TextToMark]) -> Iterator[Marked]:
        """Yield of each text answer what each person marked of it, in the order of the course."""
        by: dict[str, dict[str, list[TextToMark]]] = {}
        for text in texts:
            if text.marking is not None:
                by.setdefault(text.answer, {}).setdefault(text.marking.who, []).append(text)
        kappas = self._read_kappas()
        for name in (answer for answer in _list_answers(self.course) if answer in by):
            for who, marked in sorted(by[name].items()):
                total = add_points(points for text in marked if text.marking for points in text.marking.points.values())
                kappa = kappas.get(name, NOTHING_TWICE)
                yield Marked(marked[0].part, name, who, len(marked), total / len(marked), kappa)

    def _read_kappas(self) -> Mapping[str, str]:
        """Return of each text answer that was marked twice how far its markers agree on all points."""
        pairs: dict[str, list[MarkedTwice]] = {}
        for pair in self.book.review_log.marked_twice():
            pairs.setdefault(pair.answer, []).append(pair)
        rubrics = (rubric for rubric in self.course.rubrics if rubric.answer in pairs)
        return {rubric.answer: build_agreements(rubric, pairs[rubric.answer])[0].shown for rubric in rubrics}


def _join_drawings(read: Sequence[_Read]) -> Drawings:
    """Return all curves in the order of the parts, and all pairs."""
    drawn = [one.drawn for one in read if one.drawn is not None]
    curves = [curve for one in drawn for curve in one.curves]
    places = {(curve.part, curve.answer): index for index, curve in reversed(list(enumerate(curves)))}
    ordered = sorted(curves, key=lambda curve: places[curve.part, curve.answer])
    return Drawings(ordered, [pair for one in drawn for pair in one.pairs])


def _list_answers(course: Course) -> Iterator[str]:
    yield from (answer.name for one in course.exercises for part in one.parts for answer in part.answers)
