"""Names as Canvas makes them, and names that are none of its."""

from __future__ import annotations

from typing import Any

import pytest

from grader.layouts import canvas
from grader.layouts.pieces import Item, Sorted


def read_nothing(_name: str) -> bytes:
    """Canvas has no file on the others."""
    raise AssertionError


def lay(*names: str) -> Sorted:
    """Return files of these names, sorted."""
    return canvas.sort([Item(name) for name in names], read_nothing)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("doejane_LATE_12345_678910_hw1-2.ipynb", ("doejane", "12345", True, "hw1-2.ipynb")),
        ("doejane_12345_678910_hw 1.ipynb", ("doejane", "12345", False, "hw 1.ipynb")),
        ("garcíamárquezjosé_1_2_a.py", ("garcíamárquezjosé", "1", False, "a.py")),
        ("gru\u0308nwaldzoe\u0308_1_2_a.py", ("gru\u0308nwaldzoe\u0308", "1", False, "a.py")),
        ("小明王_1_2_a.py", ("小明王", "1", False, "a.py")),
        ("mac_leodunder_score_1_2_a_b.py", ("mac_leodunder_score", "1", False, "a_b.py")),
        ("latelate_1_2_LATE_3_4_a.py", ("latelate", "1", False, "LATE_3_4_a.py")),
        ("d2r2_1_2_a.py", ("d2r2", "1", False, "a.py")),
        ("2024_1_2_a.py", ("2024", "1", False, "a.py")),
    ],
)
def test_names(name: str, expected: tuple[Any, ...]) -> None:
    """The student's name in letters, digits and underscores; whether it was late; the file's own name."""
    piece = canvas.parse_name(name)
    assert piece is not None
    assert (piece.student.name, piece.student.key, piece.late, piece.target) == expected


@pytest.mark.parametrize(
    "name",
    ["ada.ipynb", "doe jane_1_2_a.py", "doe-jane_1_2_a.py", "_1_2_", "doejane_1_a.py", "doejane_x_2_a.py", "a/b_1_2_c"],
)
def test_other_names(name: str) -> None:
    """Canvas leaves no space, hyphen or other sign in a student's name."""
    assert canvas.parse_name(name) is None


def test_three_numbers_are_ambiguous() -> None:
    """The group "group_5" or the student "group"; without a name, only a roster's number finds who it is."""
    found = lay("group_5_12345_678_hw.py")
    assert found.fits
    assert (found.pieces[0].student.name, found.pieces[0].student.shown) == ("", "group")
    assert found.pieces[0].student.ids == ("5", "12345")
    assert "which of 5, 12345 is the student's number" in found.told[0]
    assert "read as 5" in found.told[0]


@pytest.mark.parametrize(("name", "late"), [("anon_Ab3xZ_678_hw.py", False), ("LATE_anon_Ab3xZ_678_hw.py", True)])
def test_anonymous_names(name: str, late: bool) -> None:  # noqa: FBT001 - a parameter
    """Have no name and no number, but a word for each student."""
    piece = canvas.parse_name(name)
    assert piece is not None
    assert (piece.student.shown, piece.student.name, piece.late, piece.target) == ("anon_Ab3xZ", "", late, "hw.py")
    assert lay(name).told == ()


@pytest.mark.parametrize("name", ["doejane_12_text.html", "doejane_LATE_12_link.html", "anon_Ab3xZ_text.html"])
def test_text_written_in_canvas(name: str) -> None:
    """Belongs to its student, and is no file to grade."""
    piece = canvas.parse_name(name)
    assert piece is not None
    assert piece.role == "text"


def test_the_newest_of_a_name_gets_it_back() -> None:
    """By Canvas's number of the file, which grows; the suffix, which is part of the name too, has no say."""
    found = lay("doe_1_50_hw.py", "doe_1_70_hw-1.py", "doe_1_60_hw-2.py", "doe_1_40_data.csv", "roe_2_10_hw-1.py")
    assert {(piece.item, piece.target, piece.attempt) for piece in found.pieces} == {
        ("doe_1_50_hw.py", "hw.py", (0,)),
        ("doe_1_70_hw-1.py", "hw.py", (1,)),
        ("doe_1_60_hw-2.py", "hw.py", (0,)),
        ("doe_1_40_data.csv", "data.csv", (1,)),
        ("roe_2_10_hw-1.py", "hw-1.py", (1,)),
    }


def test_numbered_parts_are_not_attempts() -> None:
    """Without a file of the bare name, both are part of the work."""
    assert [piece.attempt for piece in lay("doe_1_50_lab-1.py", "doe_1_51_lab-2.py").pieces] == [(1,), (1,)]


def test_a_folder_is_a_stray() -> None:
    """Canvas gives files alone."""
    assert not canvas.sort([Item("doe_1_2_a.py", is_folder=True)], read_nothing).fits


@pytest.mark.parametrize("kind", ["text", "link"])
def test_a_text_beside_a_file_leaves_the_file_its_name(kind: str) -> None:
    """A text has no name, which is no name that a file was first submitted by."""
    found = {piece.item: piece for piece in lay("doe_1_50_hw.py", f"doe_1_{kind}.html").pieces}
    assert found["doe_1_50_hw.py"].target == "hw.py"
    assert found[f"doe_1_{kind}.html"].role == "text"
