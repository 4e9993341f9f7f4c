"""A class of forty as each LMS lays it out: every student found once, every oddity named, whatever it comes in."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from grader.layouts import Arrival
from tests.layouts.conftest import CLASS, KINDS, LAY, LMS, SYSTEM, build_roster, lay_down, read_files

Arrive = Callable[..., Arrival]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lms", LMS)
def test_everybody_is_found_once_by_the_roster(lms: str, kind: str, tmp_path: Path, arrive: Arrive) -> None:
    """With the files of the newest attempt under their own names, late flags and times where the LMS has them."""
    path = lay_down(tmp_path, kind, LAY[lms](CLASS) | SYSTEM)
    arrival = arrive(path, roster=build_roster(CLASS))
    assert [entry.student for entry in arrival.entries] == [f"s{one.number:02}" for one in CLASS]
    for entry, one in zip(arrival.entries, CLASS, strict=True):
        assert entry.refusal is None
        assert read_files(entry) == one.files
        assert entry.delivery.late == (lms == "canvas" and one.late)
        if lms in {"canvas", "moodle"}:
            assert entry.delivery.submitted_at is None
        else:
            _check_moment(lms, entry.delivery.submitted_at, one.came)
        assert bool(entry.delivery.earlier) == (one.again and lms not in {"moodle", "gradescope"})
    assert "40 students" in arrival.summary
    assert sum("passed over" in told for told in arrival.told) == sum(bool(e.delivery.earlier) for e in arrival.entries)


def _check_moment(lms: str, found: datetime | None, expected: datetime) -> None:
    assert found is not None
    assert found.tzinfo is not None
    if lms == "gradescope":
        assert found.isoformat() == f"{expected:%Y-%m-%dT%H:%M:%S}+00:00"
    else:
        assert found == expected.astimezone()


@pytest.mark.parametrize("lms", LMS)
def test_everybody_is_found_once_without_a_roster(lms: str, tmp_path: Path, arrive: Arrive) -> None:
    """Named as the LMS names them, each with a folder of their own."""
    arrival = arrive(lay_down(tmp_path, "zip", LAY[lms](CLASS)))
    assert len({entry.student for entry in arrival.entries}) == 40
    assert len({entry.folder for entry in arrival.entries}) == 40
    found = [sorted(read_files(entry).items()) for entry in arrival.entries]
    assert sorted(found) == sorted(sorted(one.files.items()) for one in CLASS)
    if lms in {"brightspace", "gradescope"}:
        assert {entry.student for entry in arrival.entries} == {one.name for one in CLASS}
    assert unicodedata.is_normalized("NFC", arrival.summary)
