"""What students were told of their points, and in which words they are told that these are others now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.gradebook import Told
from grader.model import Report
from grader.report.points import format_points, name_points


def summarize(report: Report) -> Told:
    """Return the points of a report that a student reads."""
    parts = report.list_parts()
    is_open = frozenset(part.id for part in parts if part.pending or part.ungraded)
    return Told(report.score, {part.id: part.score for part in parts}, is_open)


def describe_change(earlier: Sequence[Told], now: Told) -> str:
    """Return what a student reads whose points of a submission are others than they were told; '' where none are.

    A part that was open and is decided now is news and no change.

    Args:
        earlier: what they were told, the earliest first; the last may be what they are told now.
        now: what they are told now.
    """
    others = [told for told in earlier if told != now]
    changed = list(_list_changed(others[-1], now)) if others else []
    if not changed:
        return ""
    was, is_ = name_points(others[-1].score), format_points(now.score)
    return f"Your points have changed since you were last told: {was} before, {is_} now; changed: {', '.join(changed)}."


def _list_changed(before: Told, now: Told) -> Iterator[str]:
    for part, points in before.parts.items():
        if points != now.parts.get(part, points) and part not in before.open - now.open:
            yield f"{part} ({format_points(points)} → {format_points(now.parts[part])})"
