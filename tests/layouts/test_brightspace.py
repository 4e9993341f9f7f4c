"""Names as Brightspace makes them: a person with hyphens, and a moment in many spellings."""

from __future__ import annotations

from datetime import datetime

import pytest

from grader.layouts import brightspace
from grader.layouts.pieces import Item, Sorted

HEAD = "39786-640693 - Jane Doe - "


def lay(*items: Item) -> Sorted:
    """Return items sorted; nothing is read."""

    def read(_name: str) -> bytes:
        raise AssertionError

    return brightspace.sort(items, read)


def folder(name: str) -> Item:
    """Return a folder of this name."""
    return Item(name, is_folder=True)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("Oct 10, 2025 234 PM", datetime(2025, 10, 10, 14, 34)),
        ("Oct 10, 2025 1022 AM", datetime(2025, 10, 10, 10, 22)),
        ("31 January, 2024 1159 PM", datetime(2024, 1, 31, 23, 59)),
        ("January 31, 2024 11:59 PM", datetime(2024, 1, 31, 23, 59)),
        ("Sept. 1, 2024 12:05 AM", datetime(2024, 9, 1, 0, 5)),
        ("Sep 1, 2024 1205 PM", datetime(2024, 9, 1, 12, 5)),
        ("1 Feb 2024 2359", datetime(2024, 2, 1, 23, 59)),
        ("Feb 29, 2024 905 a.m.", datetime(2024, 2, 29, 9, 5)),
    ],
)
def test_moments(moment: str, expected: datetime) -> None:
    """Twelve hours or twenty-four, with a colon or without."""
    found = lay(folder(HEAD + moment))
    assert found.fits
    assert found.pieces[0].submitted_at == expected


@pytest.mark.parametrize(
    "name",
    [
        HEAD + "Feb 30, 2024 905 AM",
        HEAD + "Foo 3, 2024 905 AM",
        HEAD + "Feb 3, 2024 1305 PM",
        HEAD + "Feb 3, 2024 005 PM",
        HEAD + "Feb 3, 2024 2460",
        HEAD + "31.01.2024 1159",
        HEAD,
        "Jane Doe - Oct 10, 2025 234 PM",
        "Jane Doe",
    ],
)
def test_other_names(name: str) -> None:
    """A moment that there is not, and a folder without numbers."""
    assert lay(folder(name)).strays == (folder(name),)


@pytest.mark.parametrize(
    "name", ["Jane Doe", "Anne-Marie O'Brien", "Anne - Marie Smith", "D2 R-2 - 7", "Oct 10, 2025 234 PM"]
)
def test_people_with_hyphens(name: str) -> None:
    """What comes between numbers and moment is the person; the space before the last hyphen may be missing."""
    for gap in (" - ", "- "):
        found = lay(folder(f"1-2 - {name}{gap}Oct 10, 2025 234 PM"))
        assert [(piece.student.name, piece.student.key) for piece in found.pieces] == [(name, "1")]


def test_its_page_is_its_own() -> None:
    """A file of a submission's name is a stray; a link stands for a folder."""
    item = Item(HEAD + "Oct 10, 2025 234 PM")
    found = lay(Item("index.html"), item, Item(HEAD + "Oct 11, 2025 234 PM", refusal="is a symbolic link"))
    assert found.own == ("index.html",)
    assert found.strays == (item,)
    assert len(found.pieces) == 1
