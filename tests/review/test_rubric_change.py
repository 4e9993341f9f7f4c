"""What another rubric makes of marks: full stays full, and what nobody has looked at is not made up."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest

from grader.course import Rubric
from grader.gradebook import Marking
from grader.review.rubric_change import carry_over, list_not_looked_at, measure

EXAMPLE = {"text": "A text of a student.", "points": {}, "why": "A reason for that."}


def build(*criteria: tuple[str, Any, tuple[Any, ...]], feedback: str = "Look at it again.") -> Rubric:
    """Return a rubric of these items: name, points and levels."""
    items = [
        {
            "id": name,
            "points": points,
            "about": "What one looks for.",
            "feedback": feedback,
            "levels": [{"points": level, "when": "It is there in part."} for level in levels],
        }
        for name, points, levels in criteria
    ]
    total = sum(Fraction(str(points)) for _, points, _ in criteria)
    record = {"schema": "grader/rubric/v1", "part": "1a", "answer": "essay", "points": float(total), "criteria": items}
    return Rubric.model_validate_json(json.dumps({**record, "examples": [EXAMPLE, EXAMPLE]}))


def mark(**points: Any) -> Marking:
    """Return a marking."""
    return Marking("essay", {name: Fraction(str(one)) for name, one in points.items()}, "eve", datetime.now(UTC))


OLD = build(("a", 1, (0.5,)), ("b", 1, ()))


@pytest.mark.parametrize(
    ("new", "given", "carried"),
    [
        (build(("a", 1.5, (0.75,)), ("b", 0.5, ())), {"a": 1, "b": 0}, {"a": 1.5, "b": 0}),
        (build(("a", 1.5, (0.75,)), ("b", 0.5, ())), {"a": 0.5, "b": 1}, {"a": 0.75, "b": 0.5}),
        (build(("a", 1, ()), ("b", 1, ())), {"a": 0.5, "b": 1}, {"b": 1}),
        (build(("a", 1, (0.75, 0.5)), ("b", 1, ())), {"a": 0.5, "b": 1}, {"a": 0.5, "b": 1}),
        (build(("a", 1, (0.75, 0.25)), ("b", 1, ())), {"a": 0.5, "b": 1}, {"b": 1}),
        (build(("a", 1, (0.5,)), ("c", 1, ())), {"a": 1, "b": 1}, {"a": 1}),
        (build(("b", 1, ()), ("a", 1, (0.5,))), {"a": 0.5, "b": 1}, {"a": 0.5, "b": 1}),
        (build(("a", 2, (0.5,))), {"b": 1}, {}),
    ],
    ids=["full", "level", "no level left", "level kept", "level gone", "new item", "other order", "never looked at"],
)
def test_points_are_carried_over(new: Rubric, given: Mapping[str, Any], carried: Mapping[str, Any]) -> None:
    """By what they meant, not by their number."""
    assert carry_over(OLD, new, mark(**given).points) == mark(**carried).points


def test_effect_is_counted() -> None:
    """How many are recomputed, go up, go down; and the mean before and after."""
    new = build(("a", 1.5, (0.5,)), ("b", 0.5, ()))
    effect = measure(OLD, new, [mark(a=1, b=0), mark(a=0, b=1), mark(a=0, b=0), mark(a=1, b=1)])
    assert (effect.recomputed, effect.up, effect.down) == (3, 1, 1)
    assert effect.means == (1, 1)
    assert (effect.reworded, effect.removed, effect.not_looked_at, effect.waiting) == (0, (), {}, 0)
    assert measure(OLD, new, []).means is None


def test_other_words_change_no_score() -> None:
    """They go to who misses the item, or half meets it."""
    new = build(("a", 1, (0.5,)), ("b", 1, ()), feedback="Look at it differently.")
    effect = measure(OLD, new, [mark(a=1, b=1), mark(a=0.5, b=1), mark(a=0, b=0)])
    assert (effect.recomputed, effect.reworded) == (0, 2)


def test_new_and_removed_items_are_named() -> None:
    """A removed one only where somebody was given points for it; what has nothing left waits again."""
    new = build(("c", 2, ()))
    effect = measure(OLD, new, [mark(a=0.5, b=0)])
    assert (effect.removed, effect.waiting, effect.not_looked_at) == (("a",), 1, {})
    kept = measure(OLD, build(("a", 1, (0.5,)), ("c", 1, ())), [mark(a=1, b=0)])
    assert (kept.removed, kept.waiting, kept.not_looked_at) == ((), 0, {"c": 1})
    assert list_not_looked_at(kept.new, kept.after[0]) == ("c",)
    assert list_not_looked_at(OLD, mark(a=0.25, b=1)) == ("a",)
    assert list_not_looked_at(OLD, mark(a=0.5, b=1)) == ()
