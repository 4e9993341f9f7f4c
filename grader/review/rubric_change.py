"""What another rubric would do to marks that were given by the old one. Pure: nothing is read or written here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from grader.course import Criterion, Rubric
from grader.gradebook import Marking
from grader.report.points import format_points


@dataclass(frozen=True)
class Effect:
    """What a change does.

    Args:
        old: the rubric as it is.
        new: the rubric as it would be.
        before: the markings that count, as they are.
        after: the same as they would be.
    """

    old: Rubric
    new: Rubric
    before: tuple[Marking, ...]
    after: tuple[Marking, ...]

    @property
    def recomputed(self) -> int:
        """How many markings get a row of their own: their points, or the items they were looked at for, are others."""
        return sum(old.points != new.points for old, new in self._pairs)

    @property
    def up(self) -> int:
        """How many go up."""
        return sum(new.total > old.total for old, new in self._pairs)

    @property
    def down(self) -> int:
        """How many go down."""
        return sum(new.total < old.total for old, new in self._pairs)

    @property
    def means(self) -> tuple[Fraction, Fraction] | None:
        """The mean of all marked texts before and after; None where none is marked."""
        if not self.before:
            return None
        sums = (sum((one.total for one in side), Fraction(0)) for side in (self.before, self.after))
        before, after = (total / len(self.before) for total in sums)
        return before, after

    @property
    def reworded(self) -> int:
        """How many students, of those who are marked, would read other words of an item that they miss or half meet."""
        words = {one.id: (one.about, one.feedback) for one in self.old.criteria}
        changed = {one.id for one in self.new.criteria if words.get(one.id, ()) not in ((), (one.about, one.feedback))}
        most = {one.id: one.points for one in self.new.criteria}
        return sum(any(marking.points.get(name, most[name]) < most[name] for name in changed) for marking in self.after)

    @property
    def waiting(self) -> int:
        """How many wait for a person again, since nothing is left of what was given."""
        return sum(not marking.points for marking in self.after)

    @property
    def not_looked_at(self) -> Mapping[str, int]:
        """How many markings lack an item, by item: nobody has looked at these texts for it."""
        looked = [marking.points for marking in self.after if marking.points]
        counts = {one.id: sum(one.id not in points for points in looked) for one in self.new.criteria}
        return {name: count for name, count in counts.items() if count}

    @property
    def removed(self) -> tuple[str, ...]:
        """The items that are gone, and for which somebody was given points."""
        gone = {one.id for one in self.old.criteria} - {one.id for one in self.new.criteria}
        return tuple(sorted(name for name in gone if any(marking.points.get(name) for marking in self.before)))

    @property
    def _pairs(self) -> Iterable[tuple[Marking, Marking]]:
        return zip(self.before, self.after, strict=True)


def carry_over(old: Rubric, new: Rubric, points: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """Return points of the old rubric as the new one gives them.

    Full stays full, none none, and the second of three levels the second of three. Where nobody can say what a level
    has become the item is left out, as one that is new: somebody has to look.
    """
    before = {one.id: one for one in old.criteria}
    carried = {}
    for one in new.criteria:
        given = points.get(one.id)
        was = before.get(one.id)
        if given is not None and was is not None and (value := _carry(was, one, given)) is not None:
            carried[one.id] = value
    return carried


def _carry(old: Criterion, new: Criterion, given: Fraction) -> Fraction | None:
    if given == old.points:
        return new.points
    if given == 0:
        return given
    if given in old.choices and len(old.choices) == len(new.choices):
        return new.choices[old.choices.index(given)]
    return given if given in new.choices else None


def measure(old: Rubric, new: Rubric, markings: Iterable[Marking]) -> Effect:
    """Return what a change of the rubric does to markings."""
    before = tuple(markings)
    after = tuple(replace(one, points=carry_over(old, new, one.points)) for one in before)
    return Effect(old, new, before, after)


def describe_change(old: Rubric, new: Rubric) -> str:
    """Return in words what is another in a rubric, for who has the old one before them."""
    before, after = ({one.id: one for one in rubric.criteria} for rubric in (old, new))
    said = [f"{name} is gone" for name in before if name not in after]
    for name, one in after.items():
        was, gives = before.get(name), _show_choices(one)
        if was is None:
            said.append(f"{name} is new and gives {gives}")
        elif was.choices != one.choices:
            said.append(f"{name} gives {gives}, no longer {_show_choices(was)}")
        elif was != one:
            said.append(f"{name} has other words")
    return "; ".join(said) or "the items are the same, but not its examples"


def _show_choices(criterion: Criterion) -> str:
    return " or ".join(map(format_points, criterion.choices))


def list_not_looked_at(rubric: Rubric, marking: Marking) -> tuple[str, ...]:
    """Return the items of a rubric that a marking says nothing of, or something that they cannot give."""
    return tuple(one.id for one in rubric.criteria if marking.points.get(one.id) not in one.choices)
