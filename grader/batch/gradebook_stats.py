"""Reads a class from a gradebook alone, for the class page: of each student the attempt that counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from grader.batch.gradebook_feedback import find_kept_evidence
from grader.course import Course
from grader.gradebook import Gradebook, TextToMark
from grader.gradebook.agreement import build_agreements
from grader.judge.score import add_points
from grader.stats import ClassStats, Drawn, Facts, Marked, Reader, Roll, SharedStats, compute_stats, list_curves, share
from grader.stats.curves import MOST_STUDENTS, find_drawing_checks, has_curves

NOTHING_TWICE = "–"


@dataclass(frozen=True)
class _Read:
    """What was read of an attempt, and when it was judged; curves only where these were asked for."""

    judged_at: datetime
    facts: Facts
    curves: tuple[Drawn, ...] | None = None


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
        marking = tuple(self._read_marking(texts))
        known = read, replace(roll, waiting=0)
        if self._computed is None or self._computed[:2] != known:
            facts, curves = [one.facts for one in read], _join_curves(read)
            self._computed = *known, compute_stats(self.course, facts, roll, marking, curves)
        return replace(self._computed[2], roll=roll, marking=marking)

    def share(self) -> SharedStats:
        """Return what may be shown to everybody."""
        read, _ = self._read(())
        return share(self.course, [one.facts for one in read], _join_curves(read))

    def _read(self, texts: Sequence[TextToMark]) -> tuple[list[_Read], Roll]:
        """Return what is counted, by student, and who else is in the class."""
        rows, verdicts = self.book.current_scores(), self.book.verdicts()
        reasons = {one.student: one.reason for one in self.book.refusals()}
        counted = {row.person.student: row.attempt_id for row in rows if row.attempt_id is not None}
        old = {student for student, key in counted.items() if verdicts[key].course_sha256 != self.course.sha256}
        keys = [key for student, key in counted.items() if student not in old]
        read, drawing = [], 0
        for key in keys:
            one = self._find(key, verdicts[key].judged_at, with_curves=drawing < MOST_STUDENTS)
            drawing += bool(one.curves)
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

    def _find(self, key: int, judged_at: datetime, *, with_curves: bool) -> _Read:
        known = self._known.get(key)
        if known is not None and known.judged_at == judged_at and (known.curves is not None or not with_curves):
            return known
        report = self.book.report(key, with_marks=False)
        evidence = (
            find_kept_evidence(self.book, key, report) if with_curves and has_curves(report, self._drawing) else None
        )
        curves = tuple(list_curves(self.course, report, evidence)) if evidence is not None else ()
        return _Read(judged_at, self._reader.read(report), curves if with_curves else None)

    def _read_marking(self, texts: Sequence[TextToMark]) -> Iterator[Marked]:
        """Yield of each text answer what each person marked of it, in the order of the course."""
        by: dict[str, dict[str, list[TextToMark]]] = {}
        for text in texts:
            if text.marking is not None:
                by.setdefault(text.answer, {}).setdefault(text.marking.who, []).append(text)
        kappas = self._read_kappas()
        for name in (answer for answer in _list_answers(self.course) if answer in by):
            for who, marked in sorted(by[name].items()):
                total = add_points(text.marking.total for text in marked if text.marking)
                kappa = kappas.get(name, NOTHING_TWICE)
                yield Marked(marked[0].part, name, who, len(marked), total / len(marked), kappa)

    def _read_kappas(self) -> Mapping[str, str]:
        """Return of each text answer that was marked twice how far its markers agree on all points."""
        log, found = self.book.review_log, {}
        for rubric in self.course.rubrics:
            pairs = log.marked_twice(rubric.answer)
            if pairs:
                found[rubric.answer] = build_agreements(rubric, pairs)[0].shown
        return found


def _join_curves(read: Sequence[_Read]) -> list[Drawn]:
    """Return all curves in the order of the parts."""
    curves = [curve for one in read for curve in one.curves or ()]
    places = {(curve.part, curve.answer): index for index, curve in reversed(list(enumerate(curves)))}
    return sorted(curves, key=lambda curve: places[curve.part, curve.answer])


def _list_answers(course: Course) -> Iterator[str]:
    yield from (answer.name for one in course.exercises for part in one.parts for answer in part.answers)
