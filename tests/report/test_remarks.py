"""What is said of a part: messages that say the same are one remark."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from grader.judge.verdict import describe_lost
from grader.model import CheckResult, PartScore, RunFailure
from grader.report.remarks import build_remarks

END = "could not be read: your code ran out of time in cell 3"


def _lost(answer: str, cell: int = 3, check: str = "") -> CheckResult:
    cause = RunFailure("ada.ipynb", "timed_out", cell)
    return CheckResult(
        id=f"1a.{check or answer}",
        kind="number",
        answer=answer,
        outcome="fail",
        code="run.timed_out",
        category="run",
        score=Fraction(0),
        max=Fraction(1),
        message=describe_lost(answer, cause),
        cause=cause,
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
    remarks = build_remarks(_part(_lost("x"), _lost("y", 4))).wrong
    assert [remark.message for remark in remarks] == [f"x {END}", f"y {END.replace('3', '4')}"]


def test_no_sentence_is_taken_apart(check: Any, part: Any) -> None:
    """What is shown of an answer may hold whatever parts sentences: the pieces are told, not looked for."""
    said = {"title": "Bits, i.e. not nats", "hint": "Use ln: it is natural.", "mistake": "bits"}
    shown = ("f({'a': 1}) returned 3", "your g")
    checks = [
        check(name, "fail", "mistake.known", shown=one, message=f"{one}: Bits, i.e. not nats. Use ln.", **said)
        for name, one in zip("ab", shown, strict=True)
    ]
    (remark,) = build_remarks(part("1a", "fail", *checks)).wrong
    assert remark.message == "f({'a': 1}) returned 3, your g: Bits, i.e. not nats. Use ln: it is natural."
    (again,) = build_remarks(part("1b", "fail", checks[0]), {remark.explanation: "1a"}).wrong
    assert again.message == "f({'a': 1}) returned 3: Bits, i.e. not nats, as in 1a"
