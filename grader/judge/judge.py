"""The pure function from course and evidence to report: no I/O, no clock, no random state."""

from __future__ import annotations

import hashlib
import json
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from operator import attrgetter
from pathlib import Path
from typing import Any

import grader
from grader.course import Answer, BaseCheck, Course, Exercise, Part
from grader.errors import CourseError, GraderError, Problem
from grader.judge import probes
from grader.judge.assigned import Assigned, find_withheld
from grader.judge.bounds import standing
from grader.judge.cache import Cache
from grader.judge.codes import takes_hint
from grader.judge.context import CheckContext
from grader.judge.evidence import Answers
from grader.judge.expectations import Expectations
from grader.judge.rules import rule_of
from grader.judge.rules.base import Rule
from grader.judge.score import score_check, score_exercise, score_part, sum_scores
from grader.judge.solution import Solution
from grader.judge.verdict import ENDINGS, Verdict, clean, missing, ungraded
from grader.judge.wellformed import check_form
from grader.judge.written import find_starter
from grader.model import CellRun, CheckResult, Evidence, ExerciseScore, FileEvidence, Report

NOTES_LIMIT = 50
_CAUSE_CHARS = 220
_SYNTAX_ERRORS = frozenset({"SyntaxError", "IndentationError", "TabError"})  # Python's text for them ends with the line
_OF_ANY_DATA = frozenset({"missing", "blocked", "ungraded"})  # outcomes that say nothing of a value


# Escaped to ASCII: a student's string may hold half a surrogate pair, which UTF-8 cannot. A record is asked for its
# fields, because to make plain data of all records first takes twice as long; none of them holds itself.
_CANONICAL = json.JSONEncoder(
    ensure_ascii=True,
    check_circular=False,
    allow_nan=False,
    sort_keys=True,
    separators=(",", ":"),
    default=attrgetter("fields"),
)
_ALIASES = {name: field.alias for name, field in Evidence.model_fields.items() if field.alias}


@dataclass(frozen=True)
class PreparedCourse:
    """What was asked, and the reference's side of it; `cache` is for all submissions that are judged by the two.

    `assigned` is what this one student was given, by exercise, where each student has other data.
    """

    course: Course
    oracle: Expectations  # not asked where only public checks are made
    cache: Cache = field(default_factory=Cache)
    assigned: Mapping[str, Assigned] = field(default_factory=dict)


def judge(
    prepared: PreparedCourse,
    evidence: Evidence,
    *,
    note_fault: Callable[[CourseError], None] | None = None,
) -> Report:
    """Return everything that is said about a submission.

    Args:
        prepared: the course, its expected values and what earlier submissions have left of these in its cache.
        evidence: what came out of the sandbox.
        note_fault: called with each fault of the author's that leaves a check ungraded.
    """
    course = prepared.course
    judging = _Judging(prepared, evidence, note_fault)
    with standing():
        exercises = tuple(judging.judge_exercise(exercise) for exercise in course.exercises)
    return Report(
        student=evidence.student,
        files=evidence.files,
        submission_sha256=evidence.submission_sha256,
        exercises=exercises,
        notes=judging.notes(),
        course_sha256=course.sha256,
        evidence_sha256=hash_evidence(evidence),
        grader=grader.__version__,
        seed=course.file.seed,
        variants={name: one.draw.values for name, one in prepared.assigned.items() if one.draw is not None},
        **sum_scores(exercises),
    )


def solve(prepared: PreparedCourse, evidence: Evidence) -> dict[str, Solution]:
    """Return what is right by each check that can say it, by the id that reports give it.

    Beside the student's own results where a function is not right, so that it is another one for each student. What the
    author's code gives no value of is left out.
    """
    judging = _Judging(prepared, evidence, None)
    with standing():
        found = {name: judging.solve(place) for name, place in judging.list_places()}
    return {name: solution for name, solution in found.items() if solution is not None}


def hash_evidence(evidence: Evidence) -> str:
    """Return the SHA-256 of the evidence in canonical JSON: sorted names, without what is not judged.

    The isolation level is a fact of the host: the same answers judged on another machine have the same hash.
    """
    judged = {_ALIASES.get(name, name): value for name, value in evidence.fields.items() if name != "isolation"}
    return hashlib.sha256(_CANONICAL.encode(judged).encode("ascii")).hexdigest()


@dataclass(frozen=True)
class _Place:
    """Where in the course a check stands, the kind of its result, and that result where there is nothing to judge."""

    exercise: Exercise
    part: Part
    check: BaseCheck
    rule: Rule[Any]
    kind: str
    unanswered: CheckResult


class _Index:
    """What a course asks, looked up; the same for every student."""

    def __init__(self, prepared: PreparedCourse) -> None:
        course = prepared.course
        self.probes = probes.build_probes(course, prepared.oracle, prepared.cache)
        self.invariants = {one.name: one for one in course.file.invariants}
        self.mistakes = {mistake.code: mistake for mistake in course.file.mistakes}
        parts = [(exercise, part) for exercise in course.exercises for part in exercise.parts]
        self.specs = {answer.name: answer for _, part in parts for answer in part.answers}
        self.places: dict[str, list[_Place]] = {}  # by part
        self.undecided: dict[str, list[Answer]] = {}  # by part: the answers without a check
        self.deciding: dict[str, list[_Place]] = {}  # by answer: the checks that say whether it is right
        self.starter = find_starter(course)
        self.marks = frozenset(exercise.mark for exercise in course.variants)
        self.homes: dict[str, tuple[str, str]] = {}  # by answer: its exercise, and the reference's name of it
        for exercise, part in parts:
            self._add(exercise, part)

    def _add(self, exercise: Exercise, part: Part) -> None:
        judged = {check.answer for check in part.checks}
        self.undecided[part.id] = [answer for answer in part.answers if answer.name not in judged]
        self.places[part.id] = []
        self.homes |= {answer.name: (exercise.id, answer.name) for answer in part.answers}
        for check in part.checks:
            rule = rule_of(check)
            kind = rule.result_kind or self.specs[check.answer].kind
            unanswered = score_check(part, check, kind, missing(check.answer))
            place = _Place(exercise, part, check, rule, kind, unanswered)
            self.places[part.id].append(place)
            if rule.says_whether_right:
                self.homes[check.answer] = (exercise.id, check.reference_name)
                self.deciding.setdefault(check.answer, []).append(place)


class _Judging:
    """One submission on its way through the course: verdicts are found once, earlier ones where later ones ask."""

    def __init__(
        self,
        prepared: PreparedCourse,
        evidence: Evidence,
        note_fault: Callable[[CourseError], None] | None,
    ) -> None:
        self._prepared = prepared
        self._note_fault = note_fault
        self._evidence = evidence
        self._index = prepared.cache.memoize("index", lambda: _Index(prepared))
        self._answers = Answers(evidence, self._index.probes, self._index.starter, self._index.marks)
        self._withheld = {
            exercise.id: find_withheld(exercise, prepared.assigned[exercise.id], evidence.student, self._answers)
            for exercise in prepared.course.exercises
            if exercise.id in prepared.assigned
        }
        self._verdicts: dict[tuple[str, str], Verdict] = {}
        self._open: set[str] = set()  # answers whose rightness is being found out

    # ------------------------------------------------------------ the walk

    def judge_exercise(self, exercise: Exercise) -> ExerciseScore:
        """Return the points of one exercise, all its checks judged."""
        parts = tuple(score_part(part, tuple(self._check_part(exercise, part))) for part in exercise.parts)
        return score_exercise(exercise, parts)

    def _check_part(self, exercise: Exercise, part: Part) -> Iterator[CheckResult]:
        """Yield the results of a part: its checks in order, then the form of what no check decides."""
        for place in self._index.places[part.id]:
            verdict = self._verdict(place)
            if verdict is missing(place.check.answer):  # as most are in a submission of one exercise
                yield place.unanswered
            else:
                yield score_check(part, place.check, place.kind, _with_hint(verdict, place.check))
        for answer in self._index.undecided[part.id]:
            yield self._form(exercise, part, answer)

    def _form(self, exercise: Exercise, part: Part, answer: Answer) -> CheckResult:
        check = BaseCheck(id=answer.name, answer=answer.name)
        verdict = self._attempt(lambda: check_form(self._context(exercise, part, check)), exercise)
        return score_check(part, check, answer.kind, verdict)

    def _side(self, exercise: Exercise) -> PreparedCourse | Assigned:
        """Return what knows the right answers: the student's own, where each has other data."""
        return self._prepared.assigned.get(exercise.id, self._prepared)

    def _context(self, exercise: Exercise, part: Part, check: BaseCheck) -> CheckContext[BaseCheck]:
        side = self._side(exercise)
        return CheckContext(
            check=check,
            answer=self._index.specs[check.answer],
            part=part,
            exercise_id=exercise.id,
            answers=self._answers,
            oracle=side.oracle,
            cache=side.cache,
            specs=self._index.specs,
            homes=self._index.homes,
            mistakes=self._index.mistakes,
            invariants=self._index.invariants,
            is_wrong=self._is_wrong,
        )

    # ------------------------------------------------------------ one verdict

    def _verdict(self, place: _Place) -> Verdict:
        key = (place.part.id, place.check.id)
        if key not in self._verdicts:
            verdict = self._attempt(lambda: self._decide(place), place.exercise)
            self._verdicts[key] = self._withhold(place.exercise, verdict)
        return self._verdicts[key]

    def _withhold(self, exercise: Exercise, verdict: Verdict) -> Verdict:
        """Return the verdict, or that there is none, where what was answered may be for another's data."""
        withheld = self._withheld.get(exercise.id)
        return verdict if withheld is None or verdict.outcome in _OF_ANY_DATA else withheld

    def _attempt(self, decide: Callable[[], Verdict], exercise: Exercise) -> Verdict:
        """Return the verdict on one check; a fault of ours or of the author's leaves this check ungraded, alone.

        That is so for every exception, as a reference may give what no rule foresees: no points, and no zero.
        """
        if self._evidence.fault is not None:
            return ungraded(self._evidence.fault)
        try:
            return decide()
        except CourseError as error:
            placed = self._side(exercise).oracle.place(error, exercise.id)
            if self._note_fault is not None:
                self._note_fault(placed)
            return ungraded(str(placed))
        except GraderError as error:
            return ungraded(f"{type(error).__name__}: {error}")
        except Exception as error:  # noqa: BLE001 - see above; it is told as a failure, status 3
            last = traceback.extract_tb(error.__traceback__)[-1]
            return ungraded(f"{type(error).__name__}: {error} ({Path(last.filename).name}, line {last.lineno})")

    def _decide(self, place: _Place) -> Verdict:
        name = place.check.answer
        if not place.rule.looks_for_itself and not self._answers.attempted(name):
            return self._answers.judge_lost(name) or missing(name)
        return place.rule.judge(self._context(place.exercise, place.part, place.check))

    def _is_wrong(self, name: str) -> bool:
        """Return whether an answer is not right by the reference, whatever points it has by following through."""
        if name in self._open:
            raise CourseError([Problem("exercises", 1, "follow_through", f"{name} follows from itself")])
        self._open.add(name)
        try:
            verdicts = [self._verdict(place) for place in self._index.deciding.get(name, [])]
        finally:
            self._open.discard(name)
        return any(verdict.outcome == "fail" or verdict.follow_through for verdict in verdicts)

    # ------------------------------------------------------------ what is right

    def list_places(self) -> Iterator[tuple[str, _Place]]:
        """Yield every check of the course, by the id that reports give it."""
        for part, places in self._index.places.items():
            yield from ((f"{part}.{place.check.id}", place) for place in places)

    def solve(self, place: _Place) -> Solution | None:
        """Return what is right by a check; None where it cannot be said, or may be for another's data."""
        if self._withheld.get(place.exercise.id) is not None:
            return None
        try:
            return place.rule.solve(self._context(place.exercise, place.part, place.check))
        except Exception:  # noqa: BLE001 - as in `_attempt`; what cannot be said keeps nothing else back
            return None

    # ------------------------------------------------------------ remarks

    def notes(self) -> tuple[str, ...]:
        """Return the remarks on the submission as a whole: answers in several files, cells and processes that died."""
        runs = [note for run in self._evidence.runs for note in _note_run(run)]
        first, others = runs[: NOTES_LIMIT // 2], runs[NOTES_LIMIT // 2 :]  # so that neither crowds out the other
        notes = [*self._answers.notes, *first, *map(clean, self._evidence.remarks), *others]
        left_out = len(notes) - NOTES_LIMIT
        return tuple(notes[:NOTES_LIMIT]) + ((f"{left_out} more remarks are left out",) if left_out > 0 else ())


def _note_run(run: FileEvidence) -> Iterator[str]:
    if run.ending is not None:
        place = "" if run.ending.cell is None else f" in cell {run.ending.cell + 1}"
        detail = f" ({run.ending.detail})" if run.ending.detail else ""
        yield clean(f"{run.file}: your code {ENDINGS[run.ending.cause]}{place}{detail}; what came after did not run")
    for cell in run.cells:
        if cell.status in {"raised", "timed_out"}:
            yield clean(f"{run.file}, cell {cell.index + 1}: {_describe_cell(cell)}", 300)


def _describe_cell(cell: CellRun) -> str:
    if cell.status == "timed_out":
        return "ran out of time"
    if cell.error is None:
        return "raised an exception"
    line = None if cell.error.error in _SYNTAX_ERRORS else cell.error.line
    place = "" if line is None else f" (line {line})"
    return f"{clean(f'{cell.error.error}: {cell.error.message}', _CAUSE_CHARS)}{place}"


def _with_hint(verdict: Verdict, check: BaseCheck) -> Verdict:
    """Return the verdict with the author's hint, where no form, known mistake or earlier wrong answer explains it."""
    is_explained = verdict.mistake is not None or bool(verdict.because_of) or not takes_hint(verdict.code)
    if verdict.outcome != "fail" or is_explained or not check.hint:
        return verdict
    message = clean(f"{verdict.message.rstrip('.')}. {check.hint}")
    return replace(verdict, message=message, hint=clean(check.hint))
