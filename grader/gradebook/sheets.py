"""The gradebook as CSV: all of it, and as Canvas, Moodle and nbgrader write theirs.

A student without a score (nothing submitted, or ungraded) has an empty cell where the file is for
reading, and no line where another system would take an empty cell for "no grade" and erase what it has.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from fractions import Fraction

from grader.errors import UsageError
from grader.gradebook.cells import Cell, render_csv
from grader.gradebook.final_grades import FinalGrade
from grader.gradebook.records import Person, ScoreRow
from grader.late import LatePolicy
from grader.model import Report
from grader.report.points import format_points

COLUMNS = (
    "student", "last_name", "first_name", "email", "entry", "received_at", "automatic_score", "human_score",
    "raw_score", "late_days", "late_penalty", "override", "score", "score_exact", "max_score", "pending", "status",
)  # fmt: skip
CANVAS_COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
_CANVAS_TOTALS = (
    "Current Score", "Current Points", "Current Grade", "Final Score", "Final Points", "Final Grade",
    "Override Score", "Override Grade", "Override Status",
)  # fmt: skip
NBGRADER_COLUMNS = (
    "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email", "raw_score",
    "late_submission_penalty", "score", "max_score",
)  # fmt: skip
ReadReport = Callable[[int], Report]
FOR_STAFF = "for staff alone"  # what a release policy may withhold from students


def render_sheet(final_grades: Sequence[FinalGrade], *, for_staff: bool = False) -> str:
    """Return everything there is to know of each student's score, one line each; `for_staff`, each says so."""
    rows = [_sheet_row(final_grade) for final_grade in final_grades]
    if not for_staff:
        return render_csv(COLUMNS, rows)
    return render_csv((*COLUMNS, "audience"), [row | {"audience": FOR_STAFF} for row in rows])


def _sheet_row(final_grade: FinalGrade) -> dict[str, Cell]:
    row = final_grade.row
    return {
        "student": row.person.student,
        "last_name": row.person.last_name,
        "first_name": row.person.first_name,
        "email": row.person.email,
        "entry": row.entry,
        "received_at": None if row.received_at is None else row.received_at.isoformat(),
        "automatic_score": None if row.is_ungraded else row.automatic,
        "human_score": row.marked,
        "raw_score": row.raw,
        "late_days": final_grade.late_days,
        "late_penalty": final_grade.late_penalty,
        "override": row.override,
        "score": final_grade.rounded,
        "score_exact": None if final_grade.final is None else str(final_grade.final),
        "max_score": row.max,
        "pending": row.pending,
        "status": final_grade.status,
    }


def render_canvas(final_grades: Sequence[FinalGrade], assignment: str) -> str:
    """Return a CSV file that Canvas' gradebook imports: its five columns, the assignment, and the points possible.

    Raises:
        UsageError: Canvas would take the assignment's column for a total, and import nothing.
    """
    taken = next((name for name in _CANVAS_TOTALS if name in assignment), None)
    if taken is not None:
        raise UsageError(
            f"--column-name = {assignment!r}: Canvas does not import a column whose name holds {taken!r}: "
            "expected another name, there and here"
        )
    scored = [final_grade for final_grade in final_grades if final_grade.final is not None]
    rows = [_canvas_row(final_grade.row.person) | {assignment: final_grade.rounded} for final_grade in scored]
    possible: list[Cell] = ["    Points Possible", "", "", "", "", find_max(final_grades)]
    return render_csv((*CANVAS_COLUMNS, assignment), rows, [possible])


def _canvas_row(person: Person) -> dict[str, Cell]:
    name = ", ".join(part for part in (person.last_name, person.first_name) if part)
    # Canvas finds a student by any one of its ids; without a list of students, the login is all there is.
    known = person.canvas_id or person.sis_user_id or person.login
    cells = (
        name or person.student, person.canvas_id, person.sis_user_id,
        person.login if known else person.student, person.section,
    )  # fmt: skip
    return dict(zip(CANVAS_COLUMNS, cells, strict=True))


def render_moodle(
    final_grades: Sequence[FinalGrade], assignment: str, read_report: ReadReport, *, for_staff: bool = False
) -> str:
    """Return a CSV file for Moodle's grade import: a column to find the student by, the grade, and feedback.

    Moodle erases the grades of an assignment whose feedback is imported without them: both are always there.
    `for_staff`, the feedback begins with that.
    """
    audience = f"{FOR_STAFF[:1].upper()}{FOR_STAFF[1:]}. " if for_staff else ""
    grade, feedback = assignment, f"{assignment} (feedback)"
    rows: list[dict[str, Cell]] = [
        {
            "ID number": final_grade.row.person.id_number or final_grade.row.person.student,
            "Email address": final_grade.row.person.email,
            "First name": final_grade.row.person.first_name,
            "Last name": final_grade.row.person.last_name,
            grade: final_grade.rounded,
            feedback: f"{audience}{describe(final_grade, read_report)}",
        }
        for final_grade in final_grades
        if final_grade.final is not None
    ]
    return render_csv(("ID number", "Email address", "First name", "Last name", grade, feedback), rows)


def describe(final_grade: FinalGrade, read_report: ReadReport) -> str:
    """Return what a student is told beside the grade: points by part, lateness, what is still open."""
    words = []
    if final_grade.row.attempt_id is not None:
        report = read_report(final_grade.row.attempt_id)
        parts = report.list_parts()
        words.append(", ".join(f"{part.id}: {format_points(part.score)}/{format_points(part.max)}" for part in parts))
    if final_grade.late_days:
        lost = format_points(final_grade.late_penalty)
        words.append(f"{final_grade.late_days} day{'' if final_grade.late_days == 1 else 's'} late: {lost} taken off")
    if final_grade.row.override is not None:
        words.append("the score was set by a person")
    elif final_grade.row.pending:
        words.append(f"{format_points(final_grade.row.pending)} wait for a person")
    return ". ".join(words)


def render_nbgrader(final_grades: Sequence[FinalGrade], assignment: str, policy: LatePolicy) -> str:
    """Return a CSV file with the columns of nbgrader's own export."""
    return render_csv(NBGRADER_COLUMNS, [_nbgrader_row(one, assignment, policy) for one in final_grades])


def _nbgrader_row(final_grade: FinalGrade, assignment: str, policy: LatePolicy) -> dict[str, Cell]:
    row: ScoreRow = final_grade.row
    return {
        "assignment": assignment,
        "duedate": _moment(policy.due_for(row.person.student)),
        "timestamp": _moment(row.received_at),
        "student_id": row.person.student,
        "last_name": row.person.last_name,
        "first_name": row.person.first_name,
        "email": row.person.email,
        "raw_score": row.raw,
        "late_submission_penalty": final_grade.late_penalty,
        "score": final_grade.rounded,
        "max_score": row.max,
    }


def _moment(moment: datetime | None) -> str | None:
    """Return a moment as nbgrader writes it: UTC, without saying so."""
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def find_max(final_grades: Sequence[FinalGrade]) -> Fraction | None:
    """Return the points that can be had: the most that any attempt was worth."""
    return max((final_grade.row.max for final_grade in final_grades if final_grade.row.max is not None), default=None)
