"""What students were told of their points, and in which words they are told that these are others now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from grader.gradebook import Told
from grader.model import Report
from grader.report.points import format_points, name_points


def summarize(report: Report, override: Fraction | None = None) -> Told:
    """Return the points of a report that a student reads, and the score that a person set in their place."""
    parts = report.list_parts()
    is_open = frozenset(part.id for part in parts if part.pending or part.ungraded)
    score = report.score if override is None else override
    return Told(score, {part.id: part.score for part in parts}, is_open, is_set=override is not None)


def describe_change(earlier: Sequence[Told], now: Told) -> str:
    """Return what a student reads whose points of a submission are others than they were told; '' where none are.

    A part that was open and is decided now is news and no change.

    Args:
        earlier: what they were told, the earliest first; the last may be what they are told now.
        now: what they are told now.
    """
    others = [told for told in earlier if told != now]
    if not others:
        return ""
    before, changed = others[-1], list(_list_changed(others[-1], now))
    if (before.is_set or now.is_set) and before.score != now.score:
        why = "set by a person" if now.is_set else "what the parts give"
    elif changed:
        why = f"changed: {', '.join(changed)}"
    else:
        return ""
    was, is_ = name_points(before.score), format_points(now.score)
    return f"Your points have changed since you were last told: {was} before, {is_} now; {why}."


def _list_changed(before: Told, now: Told) -> Iterator[str]:
    for part, points in before.parts.items():
        if points != now.parts.get(part, points) and part not in before.open - now.open:
            yield f"{part} ({format_points(points)} → {format_points(now.parts[part])})"
