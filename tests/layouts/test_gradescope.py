"""The file that Gradescope gives along, which is read as far as it is needed, and whose folders it names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from grader.errors import SubmissionRefused
from grader.layouts import gradescope
from grader.layouts.pieces import Item, Sorted

TWO = """---
submission_1:
  :submitters:
  - &1
    :name: Jane Doe
    :sid: '0301'
    :email: jane@example.edu
  :created_at: 2024-01-31 23:59:00.123456789 Z
  :history:
  - :submitters: [*1]
    :created_at: 2020-01-01 00:00:00 Z
  :results: !ruby/hash:Any
    tests: [{output: "{{{ &x *y", 1: {2: [3]}}]
  [complex, key]: {a: b}
submission_2:
  :submitters:
  - :name: Bo
    :sid:
    :more: [1]
  - :email: cy@example.edu
  - just text
"""


def lay(text: str, *items: Item) -> Sorted:
    """Return the items and the file, sorted."""
    return gradescope.sort((Item(gradescope.METADATA), *items), lambda _name: text.encode())


def folder(name: str) -> Item:
    """Return a folder of this name."""
    return Item(name, is_folder=True)


def test_metadata() -> None:
    """Aliases, tags and results are passed over; each member of a group has the submission."""
    found = lay(TWO, folder("submission_1"), folder("submission_2"))
    assert found.fits
    assert [(piece.item, piece.student.shown, piece.student.key) for piece in found.pieces] == [
        ("submission_1", "Jane Doe", "0301"),
        ("submission_2", "Bo", "Bo"),
        ("submission_2", "cy@example.edu", "cy@example.edu"),
    ]
    assert found.pieces[0].student.ids == ("0301", "jane@example.edu")
    assert found.pieces[0].submitted_at == datetime(2024, 1, 31, 23, 59, tzinfo=UTC)
    assert found.pieces[1].submitted_at is None
    assert found.told == ("submission_2 is of a group, and graded for each member: Bo, cy@example.edu",)


def test_what_is_not_listed_or_not_there() -> None:
    """A stray is refused; what is missing is told. A file that is listed, as of an assignment of PDFs, fits."""
    found = lay(TWO.replace("submission_2", "2.pdf"), folder("submission_9"), Item("2.pdf"))
    assert found.strays == (folder("submission_9"),)
    assert found.pieces[0].target == "2.pdf"
    assert "submission_1 is listed in submission_metadata.yml and not in the download" in found.told


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "expected a mapping of submissions"),
        ("- a", "expected a mapping of submissions"),
        ("just text", "expected a mapping of submissions"),
        ("a: {b: [}", "cannot be read as YAML"),
        ("a: {", "cannot be read as YAML"),
        ("a: \x00", "cannot be read as YAML"),
        ("submission_1: text", "submission_1 names no submitter"),
        ("submission_1: {':submitters': []}", "submission_1 names no submitter"),
        ("submission_1: {':submitters': [{':name': ' '}]}", "submission_1 names no submitter"),
        ("submission_1: *x", "submission_1 names no submitter"),
    ],
)
def test_other_files(text: str, reason: str) -> None:
    """Nothing fits then, and the reason is told."""
    found = lay(text, folder("submission_1"))
    assert not found.fits
    assert reason in found.told[0]
    assert lay(b"\xff\xfe\xfa".decode("latin-1"), folder("submission_1")).strays


def test_without_its_file_nothing_fits() -> None:
    """Or with one that cannot be read."""
    assert not gradescope.sort([folder("submission_1")], lambda _name: b"").fits

    def refuse(_name: str) -> bytes:
        raise SubmissionRefused("is a link")

    assert gradescope.sort([Item(gradescope.METADATA), folder("submission_1")], refuse).told == ("is a link",)


def test_names_are_bounded() -> None:
    """They are a student's to choose."""
    found = lay(TWO.replace("Jane Doe", "J" * 5000), folder("submission_1"))
    assert len(found.pieces[0].student.name) == 200


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-01-31 23:59:00.123456789 Z", datetime(2024, 1, 31, 23, 59, tzinfo=UTC)),
        ("2024-01-31 23:59:00 UTC", datetime(2024, 1, 31, 23, 59, tzinfo=UTC)),
        ("2024-01-31T23:59:00-08:00", datetime(2024, 1, 31, 23, 59, tzinfo=timezone(-timedelta(hours=8)))),
        ("2024-01-31 23:59:00 +0530", datetime(2024, 1, 31, 23, 59, tzinfo=timezone(timedelta(minutes=330)))),
        ("2024-01-31 23:59:00", datetime(2024, 1, 31, 23, 59)),
        ("2024-02-31 23:59:00 Z", None),
        ("2024-01-31 23:59:00 +99:99", None),
        ("yesterday", None),
    ],
)
def test_moments(text: str, expected: datetime | None) -> None:
    """In their own zone; what is no moment is not known."""
    assert gradescope.parse_time(text) == expected
