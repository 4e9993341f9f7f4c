"""The pure function from course and evidence to report: no I/O, no clock, no random state."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import assert_never

import grader
from grader.errors import CourseError, GraderError, Problem
from grader.judge import probes
from grader.judge.case import Case
from grader.judge.closeness import check_close, check_expression, check_own
from grader.judge.evidence import Answers
from grader.judge.exact import check_exact
from grader.judge.figures import check_figure
from grader.judge.form import check_form
from grader.judge.functions import check_function
from grader.judge.invariants import check_invariant
from grader.judge.score import score_check, score_exercise, score_part
from grader.judge.statistics import check_curve, check_grid, check_minima
from grader.judge.texts import check_text
from grader.judge.verdict import ENDINGS, Verdict, clean, lost, missing, ungraded
from grader.model import CellRun, CheckResult, Evidence, ExerciseScore, FileEvidence, Report
from grader.oracle import Expectations
from grader.spec.model import (
    Answer,
    BaseCheck,
    Check,
    CloseCheck,
    Course,
    CurveCheck,
    ExactCheck,
    Exercise,
    ExpressionCheck,
    FigureCheck,
    FunctionCheck,
    GridCheck,
    InvariantCheck,
    MinimaCheck,
    Mistake,
    OwnCheck,
    Part,
    TextCheck,
)

NOTES_LIMIT = 50
# A hint speaks of the mathematics; here it is the form that is wrong.
FORM_CODES = frozenset(
    {"value.wrong_type", "value.shape_mismatch", "value.complex", "value.unreadable", "value.not_a_choice"}
    | {"value.entry_missing", "expression.unreadable", "own.all_zero"}
)


def judge(course: Course, oracle: Expectations, evidence: Evidence, *, only_public: bool = False) -> Report:
    """Return everything that is said about a submission.

    Args:
        course: what was asked.
        oracle: the reference's side; not asked where `only_public`.
        evidence: what came out of the sandbox.
        only_public: say only whether answers are there and of the right form, and which theorems hold for them;
            no points, no reference values.
    """
    judging = _Judging(course, oracle, evidence)
    exercises = tuple(judging.judge_exercise(exercise, only_public=only_public) for exercise in course.exercises)
    return Report(
        student=evidence.student,
        files=evidence.files,
        submission_sha256=evidence.submission_sha256,
        score=sum((exercise.score for exercise in exercises), Fraction(0)),
        max=sum((exercise.max for exercise in exercises), Fraction(0)),
        pending=sum((exercise.pending for exercise in exercises), Fraction(0)),
        ungraded=sum((exercise.ungraded for exercise in exercises), Fraction(0)),
        exercises=exercises,
        notes=judging.notes(),
        course_sha256=course.sha256,
        evidence_sha256=hash_evidence(evidence),
        grader=grader.__version__,
        seed=course.file.seed,
    )


def hash_evidence(evidence: Evidence) -> str:
    """Return the SHA-256 of the evidence in canonical JSON: sorted names, without what is not judged.

    The isolation level is a fact of the host: the same answers judged on another machine have the same hash.
    """
    plain = evidence.model_dump(by_alias=True, exclude={"isolation"})
    # Escaped to ASCII: a student's string may hold half a surrogate pair, which UTF-8 cannot.
    canonical = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


@dataclass(frozen=True)
class _Place:
    """Where in the course a check stands."""

    exercise: Exercise
    part: Part
    check: Check


class _Judging:
    """One submission on its way through the course: verdicts are found once, earlier ones where later ones ask."""

    def __init__(self, course: Course, oracle: Expectations, evidence: Evidence) -> None:
        self._oracle = oracle
        self._evidence = evidence
        self._answers = Answers(evidence, oracle.derive("probes", lambda: probes.build_probes(course)))
        self._mistakes: dict[str, Mistake] = {mistake.code: mistake for mistake in course.file.mistakes}
        self._specs: dict[str, Answer] = {}
        self._deciding: dict[str, list[_Place]] = {}  # by answer: the checks that say whether it is right
        self._verdicts: dict[tuple[str, str], Verdict] = {}
        self._open: set[str] = set()  # answers whose rightness is being found out
        for exercise in course.exercises:
            self._index(exercise)

    def _index(self, exercise: Exercise) -> None:
        for part in exercise.parts:
            self._specs.update({answer.name: answer for answer in part.answers})
            for check in part.checks:
                if not isinstance(check, InvariantCheck | TextCheck):
                    self._deciding.setdefault(check.answer, []).append(_Place(exercise, part, check))

    # ------------------------------------------------------------ the walk

    def judge_exercise(self, exercise: Exercise, *, only_public: bool) -> ExerciseScore:
        """Return the points of one exercise, all its checks judged."""
        results = self._check_form if only_public else self._check_part
        parts = tuple(score_part(part, tuple(results(exercise, part))) for part in exercise.parts)
        return score_exercise(exercise, parts)

    def _check_part(self, exercise: Exercise, part: Part) -> Iterator[CheckResult]:
        """Yield the results of a part: its checks in order, then the form of what no check decides."""
        for check in part.checks:
            verdict = _with_hint(self._verdict(_Place(exercise, part, check)), check)
            kind = "invariant" if isinstance(check, InvariantCheck) else self._specs[check.answer].kind
            yield score_check(part, check, kind, verdict)
        judged = {check.answer for check in part.checks}
        for answer in part.answers:
            if answer.name not in judged:
                yield self._form(exercise, part, answer)

    def _check_form(self, exercise: Exercise, part: Part) -> Iterator[CheckResult]:
        """Yield what a student may know before handing in: the form of each answer, the public theorems."""
        for answer in part.answers:
            yield self._form(exercise, part, answer)
        for check in part.checks:
            if isinstance(check, InvariantCheck) and check.visibility == "public":
                verdict = _with_hint(self._verdict(_Place(exercise, part, check)), check)
                shown = check.model_copy(update={"points": Fraction(0)})
                yield score_check(part, shown, "invariant", verdict)

    def _form(self, exercise: Exercise, part: Part, answer: Answer) -> CheckResult:
        check = BaseCheck(id=answer.name, answer=answer.name)
        verdict = self._attempt(lambda: check_form(self._case(exercise, part, check)))
        return score_check(part, check, answer.kind, verdict)

    def _case(self, exercise: Exercise, part: Part, check: BaseCheck) -> Case[BaseCheck]:
        return Case(
            check=check,
            answer=self._specs[check.answer],
            part=part,
            exercise_id=exercise.id,
            answers=self._answers,
            oracle=self._oracle,
            specs=self._specs,
            mistakes=self._mistakes,
            is_wrong=self._is_wrong,
        )

    # ------------------------------------------------------------ one verdict

    def _verdict(self, place: _Place) -> Verdict:
        key = (place.part.id, place.check.id)
        if key not in self._verdicts:
            self._verdicts[key] = self._attempt(lambda: self._decide(place))
        return self._verdicts[key]

    def _attempt(self, decide: Callable[[], Verdict]) -> Verdict:
        """Return the verdict on one check; a fault of ours or of the author's leaves this check ungraded, alone."""
        if self._evidence.fault is not None:
            return ungraded(self._evidence.fault)
        try:
            return decide()
        except GraderError as error:
            return ungraded(f"{type(error).__name__}: {error}")

    def _decide(self, place: _Place) -> Verdict:
        check = place.check
        case = self._case(place.exercise, place.part, check)
        if isinstance(check, InvariantCheck):
            return check_invariant(check, self._answers)
        if isinstance(check, TextCheck):
            return check_text(case.put(check))
        if not self._answers.attempted(check.answer):
            cause = self._answers.lost(check.answer)
            return lost(check.answer, cause) if cause else missing(check.answer)
        return self._dispatch(case, check, place.exercise.id)

    def _dispatch(
        self, case: Case[BaseCheck], check: CloseCheck | ExactCheck | ExpressionCheck | FunctionCheck | OwnCheck
        | GridCheck | CurveCheck | MinimaCheck | FigureCheck, exercise_id: str
    ) -> Verdict:  # fmt: skip
        match check:
            case CloseCheck():
                return check_close(case.put(check))
            case ExactCheck():
                return check_exact(case.put(check))
            case ExpressionCheck():
                return check_expression(case.put(check))
            case FunctionCheck():
                return check_function(case.put(check))
            case OwnCheck():
                return check_own(case.put(check))
            case GridCheck():
                return check_grid(check, self._answers)
            case CurveCheck():
                return check_curve(check, self._answers, self._oracle, exercise_id, self._grid_check(check))
            case MinimaCheck():
                return check_minima(check, self._answers, self._oracle, exercise_id)
            case FigureCheck():
                return check_figure(check, self._answers, self._oracle, exercise_id)
            case _ as never:
                assert_never(never)

    def _grid_check(self, check: CurveCheck) -> GridCheck:
        """Return the check on the grid that a curve stands on."""
        for place in self._deciding.get(check.grid, []):
            if isinstance(place.check, GridCheck):
                return place.check
        raise CourseError([Problem("exercises", 1, check.id, f"{check.grid} has no check with the rule grid")])

    def _is_wrong(self, name: str) -> bool:
        """Return whether an answer is not right by the reference, whatever points it has by following through."""
        if name in self._open:
            raise CourseError([Problem("exercises", 1, "follow_through", f"{name} follows from itself")])
        self._open.add(name)
        try:
            verdicts = [self._verdict(place) for place in self._deciding.get(name, [])]
        finally:
            self._open.discard(name)
        return any(verdict.outcome == "fail" or verdict.follow_through for verdict in verdicts)

    # ------------------------------------------------------------ remarks

    def notes(self) -> tuple[str, ...]:
        """Return the remarks on the hand-in as a whole: answers in several files, cells and processes that died."""
        runs = [note for run in self._evidence.runs for note in _note_run(run)]
        notes = [*self._answers.notes, *runs]
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
    return f"{cell.error.error}: {cell.error.message}" if cell.error else "raised an exception"


def _with_hint(verdict: Verdict, check: BaseCheck) -> Verdict:
    """Return the verdict with the author's hint, where neither the form nor a known mistake explains it."""
    about_form = verdict.code.startswith("run.") or verdict.code in FORM_CODES
    if verdict.outcome != "fail" or verdict.mistake or not check.hint or about_form:
        return verdict
    return replace(verdict, message=clean(f"{verdict.message.rstrip('.')}. {check.hint}"))
