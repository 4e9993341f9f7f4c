"""Names as Canvas makes them, and names that are none of its."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from grader.gradebook import Person
from grader.layouts import canvas
from grader.layouts.pieces import Item, Sorted


def read_nothing(_name: str) -> bytes:
    """Canvas has no file on the others."""
    raise AssertionError


def lay(*names: str, people: Sequence[Person] = ()) -> Sorted:
    """Return files of these names, sorted."""
    return canvas.sort([Item(name) for name in names], read_nothing, people)


def read_owners(found: Sorted) -> dict[str, tuple[str, str, str]]:
    """Return name, number and file of whoever has each file; nothing for what is nobody's."""
    nobody = {item.name: ("", "", "") for item in found.unsettled}
    return {one.item: (one.student.name, one.student.key, one.target) for one in found.pieces} | nobody


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("doejane_LATE_12345_678910_hw1-2.ipynb", ("doejane", "12345", True, "hw1-2.ipynb")),
        ("doejane_12345_678910_hw 1.ipynb", ("doejane", "12345", False, "hw 1.ipynb")),
        ("garcíamárquezjosé_1_2_a.py", ("garcíamárquezjosé", "1", False, "a.py")),
        ("gru\u0308nwaldzoe\u0308_1_2_a.py", ("gru\u0308nwaldzoe\u0308", "1", False, "a.py")),
        ("小明王_1_2_a.py", ("小明王", "1", False, "a.py")),
        ("mac_leodunder_score_1_2_a_b.py", ("mac_leodunder_score", "1", False, "a_b.py")),
        ("latelate_LATE_1_2_LATE_a.py", ("latelate", "1", True, "LATE_a.py")),
        ("doejane_1_2_01_31_a.py", ("doejane", "1", False, "01_31_a.py")),
        ("d2r2_1_2_a.py", ("d2r2", "1", False, "a.py")),
        ("2024_1_2_a.py", ("2024", "1", False, "a.py")),
    ],
)
def test_names(name: str, expected: tuple[Any, ...]) -> None:
    """The student's name in letters, digits and underscores; whether it was late; the file's own name."""
    (piece,) = canvas.list_readings(name)
    assert (piece.student.name, piece.student.key, piece.late, piece.target) == expected


@pytest.mark.parametrize(
    "name",
    ["ada.ipynb", "doe jane_1_2_a.py", "doe-jane_1_2_a.py", "_1_2_", "doejane_1_a.py", "doejane_x_2_a.py", "a/b_1_2_c"],
)
def test_other_names(name: str) -> None:
    """Canvas leaves no space, hyphen or other sign in a student's name."""
    assert canvas.list_readings(name) == []


CLASS = ("doejane_12345_678910_hw1.py", "garciajose_LATE_12346_678911_hw1.py")
EVE = "evileve_12399_678912_hw1.py"


def test_three_numbers_alone_are_nobodys() -> None:
    """The group "group_5" or the student "group": with nothing to hold it against, neither is guessed."""
    found = lay("group_5_12345_678_hw.py")
    assert found.fits
    assert not found.pieces
    assert found.unsettled[0].refusal == (
        "can be of any student with one of the numbers 5, 12345 in Canvas: expected a --roster whose canvas_id and "
        "name tell whose it is, or the file renamed"
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("group_5_12347_678915_hw.py", ("group_5", "12347", "hw.py")),
        ("evileve_12399_678913_2024_1_31.py", ("evileve", "12399", "2024_1_31.py")),
        ("garcia_12346_1_12399_999999_hw1.py", ("garcia_12346_1", "12399", "hw1.py")),
        ("roe_10000000012399_678913_1_2_a.py", ("roe", "10000000012399", "1_2_a.py")),
    ],
    ids=["group", "date", "name", "account elsewhere"],
)
def test_numbers_of_another_length_are_not_canvas(name: str, expected: tuple[str, str, str]) -> None:
    """Those of the names that can be read in one way tell how long Canvas's are."""
    assert read_owners(lay(*CLASS, name))[name] == expected


@pytest.mark.parametrize(
    "name",
    [
        "evileve_12399_678913_12346_text.html",
        "evileve_12399_678913_text.html",
        "evileve_12399_678912_12346_999999_hw1.py",
        "garciajose_12346_678944_12399_678913_hw1.py",
        "garciajose_12346_678944_12399_text.html",
        "garcia_99999_100000_12399_678913_hw1.py",
    ],
)
def test_a_name_that_several_could_have_is_nobodys(name: str) -> None:
    """A student chose it: neither theirs nor a classmate's, and nothing else of the class's is touched."""
    expected = read_owners(lay(*CLASS, EVE))
    assert read_owners(lay(*CLASS, EVE, name)) == expected | {name: ("", "", "")}


def test_a_number_that_is_called_otherwise_elsewhere_is_not_hers() -> None:
    """In one download everybody has one name: "garcia" is not the "garciajose" of that number."""
    name = "garcia_12346_1234567_12399_678913_hw1.py"
    assert read_owners(lay(*CLASS, name))[name] == ("garcia_12346_1234567", "12399", "hw1.py")


def test_numbers_may_be_a_digit_shorter_or_longer() -> None:
    """Canvas counts on: who has number 9999 is not passed over for what she calls herself."""
    name = "roe_10001_678913_9999_678914_a.py"
    assert read_owners(lay("doe_10000_678910_a.py", name))[name] == ("", "", "")


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ([Person("s1", "Jane", "Doe", canvas_id="12345")], ("doejane", "12345", "54321_123456_a.py")),
        ([Person("s1", "Jane", "Do", canvas_id="12345")], ("", "", "")),
        ([Person("s1", canvas_id="12345")], ("", "", "")),
        ([Person("s1", "Jane", "Doe", canvas_id="12345"), Person("s2", canvas_id="54321")], ("", "", "")),
        ([Person("s1", "Jane", "Doe", canvas_id="12347")], ("", "", "")),
    ],
    ids=["number and name", "another name", "no name", "two numbers", "none"],
)
def test_a_roster_settles_it_by_number_and_name(people: list[Person], expected: tuple[str, str, str]) -> None:
    """Of one person alone: an outsider can call herself like a student, but not somebody on the roster."""
    name = "doejane_12345_678910_54321_123456_a.py"
    assert read_owners(lay(name, people=people))[name] == expected


def test_numbers_of_the_roster_are_canvas_too() -> None:
    """An old account's is shorter than the others', and no reason to read it as somebody else's."""
    name, people = "roe_12_678913_123456_2_a.py", [Person("s1", last_name="Roe", canvas_id="12")]
    assert read_owners(lay(*CLASS, name, people=people))[name] == ("roe", "12", "123456_2_a.py")


@pytest.mark.parametrize(("name", "late"), [("anon_Ab3xZ_678_hw.py", False), ("LATE_anon_Ab3xZ_678_hw.py", True)])
def test_anonymous_names(name: str, late: bool) -> None:  # noqa: FBT001 - a parameter
    """Have no name and no number, but a word for each student."""
    (piece,) = lay(name).pieces
    assert (piece.student.shown, piece.student.name, piece.late, piece.target) == ("anon_Ab3xZ", "", late, "hw.py")


def test_all_names_are_anonymous_or_none() -> None:
    """A file may have numbers in its name, and a student "anon_" in hers."""
    anonymous = lay("anon_Ab3xZ_678_12_hw.py", "LATE_anon_Cd4yW_679_hw.py")
    assert {piece.student.key for piece in anonymous.pieces} == {"anon_Ab3xZ", "anon_Cd4yW"}
    named = lay(*CLASS, "anon_Ab3xZ_12347_678914_hw.py")
    assert read_owners(named)["anon_Ab3xZ_12347_678914_hw.py"] == ("anon_Ab3xZ", "12347", "hw.py")


@pytest.mark.parametrize("name", ["doejane_12_text.html", "doejane_LATE_12_link.html", "anon_Ab3xZ_text.html"])
def test_text_written_in_canvas(name: str) -> None:
    """Belongs to its student, and is no file to grade."""
    (piece,) = lay(name).pieces
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
