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
from grader.judge.score import add_points, score_check, score_exercise, score_part
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


# Escaped to ASCII: a student's string may hold half a surrogate pair, which UTF-8 cannot. A record is asked for its
# fields, because to make plain data of all records first takes twice as long; none of them holds itself.
_CANONICAL = json.JSONEncoder(
    ensure_ascii=True,
    check_circular=False,
    allow_nan=False,
    sort_keys=True,
    separators=(",", ":"),
    default=vars,
)
_ALIASES = {name: field.alias for name, field in Evidence.model_fields.items() if field.alias}


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
        score=add_points(exercise.score for exercise in exercises),
        max=add_points(exercise.max for exercise in exercises),
        pending=add_points(exercise.pending for exercise in exercises),
        ungraded=add_points(exercise.ungraded for exercise in exercises),
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
    judged = {_ALIASES.get(name, name): value for name, value in vars(evidence).items() if name != "isolation"}
    return hashlib.sha256(_CANONICAL.encode(judged).encode("ascii")).hexdigest()


@dataclass(frozen=True)
class _Place:
    """Where in the course a check stands, and the kind that its result has."""

    exercise: Exercise
    part: Part
    check: Check
    kind: str


class _Index:
    """What a course asks, looked up; the same for every student."""

    def __init__(self, course: Course) -> None:
        self.probes = probes.build_probes(course)
        self.mistakes = {mistake.code: mistake for mistake in course.file.mistakes}
        parts = [(exercise, part) for exercise in course.exercises for part in exercise.parts]
        self.specs = {answer.name: answer for _, part in parts for answer in part.answers}
        self.places: dict[str, list[_Place]] = {}  # by part
        self.undecided: dict[str, list[Answer]] = {}  # by part: the answers without a check
        self.deciding: dict[str, list[_Place]] = {}  # by answer: the checks that say whether it is right
        for exercise, part in parts:
            self._add(exercise, part)

    def _add(self, exercise: Exercise, part: Part) -> None:
        judged = {check.answer for check in part.checks}
        self.undecided[part.id] = [answer for answer in part.answers if answer.name not in judged]
        self.places[part.id] = []
        for check in part.checks:
            kind = "invariant" if isinstance(check, InvariantCheck) else self.specs[check.answer].kind
            place = _Place(exercise, part, check, kind)
            self.places[part.id].append(place)
            if not isinstance(check, InvariantCheck | TextCheck):
                self.deciding.setdefault(check.answer, []).append(place)


class _Judging:
    """One submission on its way through the course: verdicts are found once, earlier ones where later ones ask."""

    def __init__(self, course: Course, oracle: Expectations, evidence: Evidence) -> None:
        self._oracle = oracle
        self._evidence = evidence
        self._index = oracle.derive("index", lambda: _Index(course))
        self._answers = Answers(evidence, self._index.probes)
        self._verdicts: dict[tuple[str, str], Verdict] = {}
        self._open: set[str] = set()  # answers whose rightness is being found out

    # ------------------------------------------------------------ the walk

    def judge_exercise(self, exercise: Exercise, *, only_public: bool) -> ExerciseScore:
        """Return the points of one exercise, all its checks judged."""
        results = self._check_form if only_public else self._check_part
        parts = tuple(score_part(part, tuple(results(exercise, part))) for part in exercise.parts)
        return score_exercise(exercise, parts)

    def _check_part(self, exercise: Exercise, part: Part) -> Iterator[CheckResult]:
        """Yield the results of a part: its checks in order, then the form of what no check decides."""
        for place in self._index.places[part.id]:
            verdict = _with_hint(self._verdict(place), place.check)
            yield score_check(part, place.check, place.kind, verdict)
        for answer in self._index.undecided[part.id]:
            yield self._form(exercise, part, answer)

    def _check_form(self, exercise: Exercise, part: Part) -> Iterator[CheckResult]:
        """Yield what a student may know before handing in: the form of each answer, the public theorems."""
        for answer in part.answers:
            yield self._form(exercise, part, answer)
        for place in self._index.places[part.id]:
            if isinstance(place.check, InvariantCheck) and place.check.visibility == "public":
                verdict = _with_hint(self._verdict(place), place.check)
                shown = place.check.model_copy(update={"points": Fraction(0)})
                yield score_check(part, shown, place.kind, verdict)

    def _form(self, exercise: Exercise, part: Part, answer: Answer) -> CheckResult:
        check = BaseCheck(id=answer.name, answer=answer.name)
        verdict = self._attempt(lambda: check_form(self._case(exercise, part, check)))
        return score_check(part, check, answer.kind, verdict)

    def _case(self, exercise: Exercise, part: Part, check: BaseCheck) -> Case[BaseCheck]:
        return Case(
            check=check,
            answer=self._index.specs[check.answer],
            part=part,
            exercise_id=exercise.id,
            answers=self._answers,
            oracle=self._oracle,
            specs=self._index.specs,
            mistakes=self._index.mistakes,
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
        if isinstance(check, InvariantCheck):
            return check_invariant(check, self._answers)
        case = self._case(place.exercise, place.part, check)
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
        for place in self._index.deciding.get(check.grid, []):
            if isinstance(place.check, GridCheck):
                return place.check
        raise CourseError([Problem("exercises", 1, check.id, f"{check.grid} has no check with the rule grid")])

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
    if verdict.outcome != "fail" or verdict.mistake or not check.hint:
        return verdict
    if verdict.code.startswith("run.") or verdict.code in FORM_CODES:
        return verdict
    return replace(verdict, message=clean(f"{verdict.message.rstrip('.')}. {check.hint}"))
