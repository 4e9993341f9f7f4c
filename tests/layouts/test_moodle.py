"""Names as Moodle makes them, of folders and of files."""

from __future__ import annotations

import pytest

from grader.layouts import moodle
from grader.layouts.pieces import Item, Sorted


def lay(*items: Item) -> Sorted:
    """Return items sorted; nothing is read."""

    def read(_name: str) -> bytes:
        raise AssertionError

    return moodle.sort(items, read)


@pytest.mark.parametrize("tail", ["", "_"])
@pytest.mark.parametrize(
    ("prefix", "name", "key"),
    [
        ("Jane Doe_12345", "Jane Doe", "12345"),
        ("Participant_7", "Participant", "7"),
        ("Zoë OBrien-Smith 2_8", "Zoë OBrien-Smith 2", "8"),
        ("Default group", "Default group", "Default group"),
    ],
)
def test_folders(prefix: str, name: str, key: str, tail: str) -> None:
    """Of old and new versions; the default group has no number."""
    found = lay(Item(f"{prefix}_assignsubmission_file{tail}", is_folder=True))
    assert found.fits
    assert [(one.student.name, one.student.key, one.target, one.role) for one in found.pieces] == [
        (name, key, "", "work")
    ]


def test_files() -> None:
    """With the student's own name of the file at the end, whatever is in it."""
    found = lay(Item("Jane Doe_12345_assignsubmission_file_hw_1_assignsubmission_file_.ipynb"))
    assert found.pieces[0].target == "hw_1_assignsubmission_file_.ipynb"
    assert found.pieces[0].student.key == "12345"


def test_text_written_in_moodle() -> None:
    """Is its student's, and no file to grade."""
    found = lay(
        Item("Jane Doe_1_assignsubmission_onlinetext_", is_folder=True),
        Item("Jane Doe_1_assignsubmission_onlinetext_onlinetext.html"),
    )
    assert [piece.role for piece in found.pieces] == ["text", "text"]


@pytest.mark.parametrize(
    "item",
    [
        Item("Jane_Doe_1_assignsubmission_file_", is_folder=True),
        Item("Jane Doe_1_assignsubmission_file_"),
        Item("Jane Doe_1_assignsubmission_file_x", is_folder=True),
        Item("Jane Doe_1", is_folder=True),
        Item("hw1.ipynb"),
    ],
)
def test_other_names(item: Item) -> None:
    """An underscore in the name, which Moodle leaves none in; a file called like a folder, and the other way round."""
    assert lay(item).strays == (item,)


def test_a_link_stands_for_a_folder() -> None:
    """So that it is the student's who is refused."""
    assert lay(Item("Jane Doe_1_assignsubmission_file_", refusal="is a symbolic link")).fits
