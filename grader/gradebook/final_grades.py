"""The final grade of each student: the current score after lateness, or a manual override."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from grader.gradebook.book import Gradebook
from grader.gradebook.records import ScoreRow
from grader.gradebook.rounding import EXACT, Rounding
from grader.late import LatePolicy, apply_late

UNGRADED, WAITING, REFUSED = "ungraded", "waiting for marks", "refused"


@dataclass(frozen=True)
class FinalGrade:
    """A student's row, what lateness cost, and the final score; None where there is no score to tell anybody.

    The score stays exact; `rounding` says what of it another system is told. Of who `is_refused`, the files that were
    submitted last could not be read.
    """

    row: ScoreRow
    late_days: int
    late_penalty: Fraction
    final: Fraction | None
    rounding: Rounding = EXACT
    is_refused: bool = False

    @property
    def rounded(self) -> Fraction | None:
        """The final score as it leaves for another system."""
        return None if self.final is None else self.rounding.apply(self.final)

    @property
    def is_unfinished(self) -> bool:
        """Whether a person or we have to do something yet, so that the score may change."""
        return self.status in {UNGRADED, WAITING}

    @property
    def status(self) -> str:
        """Whether the score is final, and if not, what is missing."""
        if self.row.override is not None:
            return "overridden"
        if self.row.attempt_id is None:
            return REFUSED if self.is_refused else "nothing submitted"
        if self.row.needs_regrade:
            return UNGRADED
        return WAITING if self.row.pending else "complete"


def compute_final_grades(book: Gradebook, policy: LatePolicy) -> list[FinalGrade]:
    """Return the final grade of every student, by name. Lateness takes nothing from an override."""
    refused = {refusal.student for refusal in book.refusals()}
    grades = (compute_final_grade(policy, row) for row in book.under(policy).current_scores())
    return [replace(grade, is_refused=grade.row.person.student in refused) for grade in grades]


def compute_final_grade(policy: LatePolicy, row: ScoreRow) -> FinalGrade:
    """Return the final grade of a row under a policy."""
    if row.override is not None or row.raw is None or row.received_at is None:
        return FinalGrade(row, 0, Fraction(0), row.score)
    lateness = apply_late(policy, row.person.student, row.received_at, row.raw)
    return FinalGrade(row, lateness.days, lateness.penalty, lateness.score)
