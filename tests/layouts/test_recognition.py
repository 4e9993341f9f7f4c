"""A layout is taken where everything fits it and no other; what nearly fits is told, and two are nobody's to choose."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from grader.errors import SubmissionRefused, UsageError
from grader.layouts import LAYOUTS
from grader.layouts.pieces import Item
from grader.layouts.recognition import recognise
from tests.layouts.conftest import CLASS, LAY, LMS, lay_blackboard


def list_items(names: Iterable[str]) -> list[Item]:
    """Return what lies directly in a download of files of these paths."""
    tops = {name.split("/")[0]: "/" in name for name in names}
    return [Item(name, is_folder=is_folder) for name, is_folder in tops.items()]


def read(name: str) -> bytes:
    """Return a file of the class's downloads."""
    files = {path.removeprefix("export/"): content for lay in LAY.values() for path, content in lay(CLASS).items()}
    if name not in files:
        raise SubmissionRefused(f"{name} does not exist")
    return files[name]


def lay(lms: str) -> list[str]:
    """Return the paths in a download of the class."""
    return [path.removeprefix("export/") for path in LAY[lms](CLASS)]


@pytest.mark.parametrize("lms", LMS)
def test_each_layout_is_told_from_the_others(lms: str) -> None:
    """By names alone, and by every single one of them."""
    items = list_items(lay(lms))
    assert recognise(items, read).layout == lms
    fitting = {name for item in items for name, one in LAYOUTS.items() if one.sort((item,), read).fits}
    assert fitting <= {lms}


@pytest.mark.parametrize("lms", LMS)
def test_one_that_does_not_fit_makes_it_plain(lms: str) -> None:
    """What nearly fitted is told, and how to have it all the same."""
    found = recognise([*list_items(lay(lms)), Item("notes.txt")], read)
    assert found.layout == "plain"
    told = f"not read as a download of {LAYOUTS[lms].TITLE}: notes.txt does not fit; --layout {lms} reads the rest"
    assert told in found.told


def test_strays_that_are_many_are_counted() -> None:
    """Nobody reads a hundred names."""
    found = recognise([Item("doe_1_2_a.py"), *(Item(f"{number}.txt") for number in range(5))], read)
    assert found.told == (
        "not read as a download of Canvas: 0.txt, 1.txt, 2.txt and 2 more do not fit; --layout canvas reads the rest",
    )


def test_where_two_fit_nothing_is_graded() -> None:
    """An assignment that is called "hw_3_14" in Blackboard; both are named, and one that is named is taken."""
    items = list_items(lay_blackboard(CLASS, "hw_3_14"))
    with pytest.raises(
        UsageError, match="layout of Canvas and of Blackboard; nothing is graded: expected --layout canvas"
    ):
        recognise(items, lambda _name: b"")
    assert recognise(items, lambda _name: b"", "blackboard").layout == "blackboard"


def test_plain_is_plain_where_it_is_asked_for() -> None:
    """Nothing is said of what fits."""
    found = recognise(list_items(lay("moodle")), read, "plain")
    assert (found.layout, found.told, found.title) == ("plain", (), "plain")


def test_nothing_fits_any() -> None:
    """An empty folder, and one of students' own names, are plain without a word."""
    for names in ((), ("ada.ipynb", "bo/hw.py")):
        found = recognise(list_items(names), read)
        assert (found.layout, found.told) == ("plain", ())


def test_a_named_layout_has_to_fit_something() -> None:
    """Else it was a slip; what Gradescope's file has against it is told."""
    with pytest.raises(UsageError, match="--layout canvas: nothing fits"):
        recognise([Item("ada.py")], read, "canvas")
    with pytest.raises(UsageError, match=r"nothing fits that layout \(submission_metadata.yml is not what"):
        recognise([Item("submission_metadata.yml")], lambda _name: b"", "gradescope")
