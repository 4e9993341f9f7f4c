"""Students who gave the same wrong results: each group lies within the tolerance of one of its members, its centre.

No chain: two students are in one group where both are close to its centre, however many lie between them. The row that
most others are close to is taken first, then the next among what is left.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from grader.unnamed.questions import Attempt, Question, Row, agrees


@dataclass(frozen=True)
class Group:
    """Students with the same wrong results, and these results as one of them gave them."""

    students: tuple[str, ...]
    centre: Row


def group_attempts(question: Question, attempts: Iterable[Attempt], least: int = 2) -> tuple[Group, ...]:
    """Return the groups of at least so many students, the largest first; their order does not depend on the class's."""
    by_row: dict[Row, list[str]] = {}
    for attempt in sorted(attempts, key=lambda one: one.student):
        by_row.setdefault(attempt.row, []).append(attempt.student)
    near = {row: [other for other in by_row if agrees(question, other, row)] for row in by_row}
    groups: list[Group] = []
    left = dict(by_row)
    while left:
        sizes = {row: sum(len(left[other]) for other in near[row] if other in left) for row in left}
        centre = max(left, key=lambda row: sizes[row])  # of several the one whose first student comes first
        members = dict.fromkeys([centre, *(row for row in near[centre] if row in left)])
        groups.append(Group(tuple(sorted(name for row in members for name in left.pop(row))), centre))
    large = (group for group in groups if len(group.students) >= least)
    return tuple(sorted(large, key=lambda group: (-len(group.students), group.students)))
