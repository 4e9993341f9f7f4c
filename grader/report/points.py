"""How points are written. Inside the grader they are fractions; here, and only here, they become decimals."""

from __future__ import annotations

from fractions import Fraction

from grader.judge.assigned import UNMARKED
from grader.model import Report


def format_points(points: Fraction) -> str:
    """Return points for a person: at most three decimals, none where the number is whole."""
    return f"{float(points):.3f}".rstrip("0").rstrip(".")


def name_points(points: Fraction) -> str:
    """Return points with their word: '1 point', '2.5 points'."""
    return f"{format_points(points)} {'point' if points == 1 else 'points'}"


def explain_ungraded(report: Report) -> str:
    """Return why points are not graded, in words that follow `not graded`: by a mistake of ours, or for now."""
    codes = {check.code for check in report.list_checks() if check.outcome == "ungraded"}
    return "yet" if codes == {UNMARKED} else "because of a mistake on our side"


def json_points(points: Fraction) -> int | float:
    """Return points as a JSON number: an integer where the number is whole."""
    return points.numerator if points.denominator == 1 else float(points)


def show_score(report: Report) -> str:
    """Return the score, and of how many points: '3.5 of 12 points graded so far'."""
    decided = report.max - report.pending - report.ungraded
    return f"{format_points(report.score)} of {name_points(decided)}{'' if decided == report.max else ' graded so far'}"


def show_override(report: Report, override: Fraction) -> str:
    """Return a score that a person set in the place of what the parts give: '60 of 100 points, set by a person'."""
    return f"{format_points(override)} of {name_points(report.max)}, set by a person"
