"""What is said of a part: messages that say the same are one remark."""

from __future__ import annotations

from fractions import Fraction

from grader.model import CheckResult, PartScore
from grader.report.remarks import build_remarks

END = "could not be read: your code ran out of time in cell 3"


def _lost(answer: str, end: str = END, check: str = "") -> CheckResult:
    return CheckResult(
        f"1a.{check or answer}", "number", answer, "fail", "run.timed_out", Fraction(0), Fraction(1), f"{answer} {end}"
    )


def _part(*checks: CheckResult) -> PartScore:
    return PartScore("1a", "A part", Fraction(0), Fraction(3), Fraction(0), Fraction(0), "fail", checks)


def test_answers_that_were_lost_in_one_cell_are_one_remark() -> None:
    """The names come first, each once, and the points are added up."""
    (remark,) = build_remarks(_part(_lost("x"), _lost("y"), _lost("y", check="theorem.y"))).wrong
    assert remark.message == f"x, y {END}"
    assert remark.max == 3
    assert remark.names_answers


def test_answers_that_were_lost_in_two_cells_are_two_remarks() -> None:
    """Each cell is named."""
    other = END.replace("3", "4")
    remarks = build_remarks(_part(_lost("x"), _lost("y", other))).wrong
    assert [remark.message for remark in remarks] == [f"x {END}", f"y {other}"]
