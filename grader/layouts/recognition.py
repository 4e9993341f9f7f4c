"""Which layout a download has: the one that every item of it fits, system files aside, and no other. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from grader.errors import UsageError, list_some
from grader.layouts import blackboard, brightspace, canvas, git, gradescope, moodle
from grader.layouts.pieces import Item, Layout, Person, Read, Sorted
from grader.submission.naming import shown

PLAIN = "plain"
_MODULES: tuple[Layout, ...] = (canvas, moodle, blackboard, brightspace, gradescope, git)
LAYOUTS: Mapping[str, Layout] = {layout.NAME: layout for layout in _MODULES}
_TOLD = 3


@dataclass(frozen=True)
class Recognised:
    """A layout by its name, and the items by it; none where it is plain. `told` says what nearly fitted."""

    layout: str
    sorted: Sorted = field(default_factory=Sorted)
    told: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The layout's name for people."""
        return LAYOUTS[self.layout].TITLE if self.layout in LAYOUTS else self.layout


def recognise(items: Sequence[Item], read: Read, named: str | None = None, people: Sequence[Person] = ()) -> Recognised:
    """Return the layout that all items fit, or the one that is `named`, in which some may be strays.

    Raises:
        UsageError: they fit two, or none of them fits the one that is named.
    """
    if named == PLAIN:
        return Recognised(PLAIN)
    if named is not None:
        return _take_named(named, LAYOUTS[named].sort(items, read, people))
    found = {name: layout.sort(items, read, people) for name, layout in LAYOUTS.items()}
    fitting = [name for name, one in found.items() if one.fits]
    if len(fitting) > 1:
        options = " or ".join(f"--layout {name}" for name in (*fitting, PLAIN))
        titles = " and of ".join(LAYOUTS[name].TITLE for name in fitting)
        raise UsageError(f"the names fit the layout of {titles}; nothing is graded: expected {options}")
    if fitting:
        return Recognised(fitting[0], found[fitting[0]])
    return Recognised(
        PLAIN, told=tuple(_tell_near(name, one) for name, one in found.items() if one.is_some or one.told)
    )


def _take_named(named: str, one: Sorted) -> Recognised:
    if not one.is_some:
        reason = f" ({one.told[0]})" if one.told else ""
        raise UsageError(f"--layout {named}: nothing fits that layout{reason}; expected another, or none to find it")
    return Recognised(named, one)


def _tell_near(name: str, one: Sorted) -> str:
    listed = list_some([shown(item.name) for item in one.strays], _TOLD)
    reason = f" ({one.told[0]})" if one.told else ""
    return (
        f"not read as a download of {LAYOUTS[name].TITLE}{reason}: {listed} "
        f"{'does' if len(one.strays) == 1 else 'do'} not fit; --layout {name} reads the rest"
    )
