"""Names as Blackboard makes them, and where in them the user name begins."""

from __future__ import annotations

from datetime import datetime

import pytest

from grader.errors import SubmissionRefused
from grader.layouts import blackboard
from grader.layouts.pieces import Item, Sorted

AT = "attempt_2024-01-31-12-00-00"


def lay(*names: str, **receipts: str | bytes) -> Sorted:
    """Return files of these names and receipts of these heads (for "_" in words, see the tests), sorted."""
    texts = {f"{head}_{AT}.txt": text for head, text in receipts.items()}

    def read(name: str) -> bytes:
        text = texts[name]
        if text == "":
            raise SubmissionRefused("too large")
        return text if isinstance(text, bytes) else text.encode()

    return blackboard.sort([Item(name) for name in (*names, *texts)], read)


def list_students(found: Sorted) -> dict[str, str]:
    """Return the user name by item."""
    return {piece.item: piece.student.key for piece in found.pieces}


def test_names() -> None:
    """The moment without a zone, and the file's own name, which may look like another attempt's."""
    found = lay(f"HW 1_jdoe_{AT}_my_{AT}.ipynb")
    piece = found.pieces[0]
    assert found.fits
    assert (piece.student.key, piece.target, piece.role) == ("jdoe", f"my_{AT}.ipynb", "work")
    assert piece.submitted_at == datetime(2024, 1, 31, 12)


def test_a_text_of_the_students_own_is_work() -> None:
    """A receipt ends with the moment."""
    assert [piece.role for piece in lay(f"HW_jdoe_{AT}_notes.txt", HW_jdoe="").pieces] == ["work", "receipt"]


def test_receipts_tell_user_names_with_underscores() -> None:
    """Of whoever has none, the assignment that the others tell."""
    found = lay(
        f"HW_1_a_b_{AT}_x.py", f"HW_1_c_d_{AT}_x.py", HW_1_a_b="Name: Ada B. (a_b)\r\nAssignment: HW_1", HW_1_e="bad"
    )
    assert list_students(found) == {
        f"HW_1_a_b_{AT}_x.py": "a_b",
        f"HW_1_c_d_{AT}_x.py": "c_d",
        f"HW_1_a_b_{AT}.txt": "a_b",
        f"HW_1_e_{AT}.txt": "e",
    }
    assert found.pieces[0].student.name == "Ada B."
    assert found.told == ()


@pytest.mark.parametrize(
    "receipt",
    [
        "",
        "Name: Eve (a)",
        "Name: Eve (xa_b)",
        b"\xff\xfe",
        "Assignment: x\nName: Eve (a_b)",
        "Name: " + "x" * 5000 + "(a_b)",
    ],
)
def test_receipts_of_others_are_not_believed(receipt: str | bytes) -> None:
    """Nor what cannot be read, is far down, or is said in a comment below."""
    found = lay(f"HW_a_b_{AT}_x.py", HW_a_b=receipt)
    assert list_students(found)[f"HW_a_b_{AT}_x.py"] == "b"


def test_two_are_never_one() -> None:
    """Without receipts the last word would do for two students: each is called by the whole name, and it is told."""
    found = lay(f"HW_a_doe_{AT}_x.py", f"HW_b_doe_{AT}_x.py", f"HW_eve_{AT}_x.py")
    assert set(list_students(found).values()) == {"HW_a_doe", "HW_b_doe", "eve"}
    assert "HW_a_doe, HW_b_doe: where the user name begins cannot be told without receipts" in found.told[0]


@pytest.mark.parametrize(
    "name", ["hw.ipynb", f"HW_jdoe_{AT}", "HW_jdoe_attempt_2024-13-31-12-00-00_x.py", "HW_jdoe_attempt_2024-01-31_x.py"]
)
def test_other_names(name: str) -> None:
    """A moment that there is not is none."""
    assert [item.name for item in lay(name).strays] == [name]
    folder = Item(f"HW_jdoe_{AT}_x.py", is_folder=True)
    assert blackboard.sort([folder], lambda _: b"").strays == (folder,)
