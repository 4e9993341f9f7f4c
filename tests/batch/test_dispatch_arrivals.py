"""A class from an LMS is graded like any other: from an archive, again from evidence, and one student at a time."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.batch import BatchOptions, BatchSummary, run_batch
from grader.batch.serialization import pack_entry, unpack_entry
from grader.batch.store import UNPACKED
from grader.errors import UsageError
from grader.gradebook import Person
from grader.layouts import Arrival, Reading
from tests.layouts.conftest import CLASS, KINDS, LAY, LMS, build_roster, lay_blackboard, lay_down, pack_zip, put


@pytest.fixture
def grade(tiny_grader: Any, sandboxes: Any, tmp_path: Path) -> Callable[..., BatchSummary]:
    """Return a function that grades what comes in into `out`; nothing of what was unpacked stays."""

    def run(source: Path, **options: Any) -> BatchSummary:
        try:
            return run_batch(tiny_grader, sandboxes.open, source, tmp_path / "out", BatchOptions(**options))
        finally:
            assert not (tmp_path / "out" / UNPACKED).exists()

    return run


def read_rows(tmp_path: Path) -> list[dict[str, Any]]:
    """Return batch.json."""
    rows: list[dict[str, Any]] = json.loads((tmp_path / "out" / "batch.json").read_text(encoding="ascii"))
    return rows


def read_reports(tmp_path: Path) -> dict[str, bytes]:
    """Return the reports, by folder."""
    return {path.parent.name: path.read_bytes() for path in (tmp_path / "out").glob("*/report.json")}


@pytest.mark.parametrize("lms", LMS)
def test_a_class_of_forty_is_graded_alike_from_whatever_it_comes_in(
    lms: str, grade: Any, sandboxes: Any, tmp_path: Path
) -> None:
    """Folder, zip and tar give the same bytes; after the first, everything is judged from evidence."""
    found = []
    for kind in KINDS:
        (tmp_path / kind).mkdir()
        grade(lay_down(tmp_path / kind, kind, LAY[lms](CLASS)), reading=Reading(roster=build_roster(CLASS)), jobs=2)
        found.append((read_rows(tmp_path), read_reports(tmp_path)))
    assert found[0] == found[1] == found[2]
    assert sorted(sandboxes.ran) == [f"s{one.number:02}" for one in CLASS]
    assert {row["status"] for row in found[0][0]} == {"graded"}
    assert len(found[0][1]) == 40


def test_rows_say_what_the_download_says(grade: Any, tmp_path: Path) -> None:
    """Late, when, which attempt, and what was passed over; nothing where it says nothing."""
    grade(
        put(tmp_path / "canvas", {"doe_LATE_1_2_a.py": b"a = 1", "doe_LATE_1_3_a-1.py": b"a = 2", "roe_2_3_a.py": b""})
    )
    row = {"student": "doe", "entry": "doe_LATE_1_3_a-1.py", "folder": "doe", "status": "graded", "reason": ""}
    assert read_rows(tmp_path)[0] == row | {"late": True, "attempt": 2, "earlier": ["doe_LATE_1_2_a.py"]}
    assert set(read_rows(tmp_path)[1]) == set(row)
    before = read_rows(tmp_path)
    with pytest.raises(KeyboardInterrupt):  # of a batch that was stopped, the rows stand
        grade(tmp_path / "canvas", on_done=_interrupt)
    assert read_rows(tmp_path) == before
    grade(put(tmp_path / "bb", {"HW_jo_attempt_2024-01-31-12-00-00_a.py": b"a = 1"}))
    assert str(read_rows(tmp_path)[0]["submitted_at"]).startswith("2024-01-31T12:00:00")


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def test_what_was_understood_is_told_before_anybody_is_run(grade: Any, sandboxes: Any, tmp_path: Path) -> None:
    """And where it cannot be understood, nobody is run, and what was graded before stays."""
    seen: list[tuple[str, int]] = []

    def tell(arrival: Arrival) -> None:
        seen.append((arrival.summary, len(sandboxes.ran)))

    grade(put(tmp_path / "class", {"doe_1_2_a.py": b"a = 1"}), on_arrival=tell)
    assert seen == [("class: a download of Canvas; 1 student", 0)]
    before = read_rows(tmp_path), read_reports(tmp_path)
    with pytest.raises(UsageError, match="Canvas and of Blackboard"):
        grade(put(tmp_path / "two", lay_blackboard(CLASS[:3], "hw_3_14")), on_arrival=tell)
    with pytest.raises(UsageError, match="leads out"):
        grade(lay_down(tmp_path, "zip", {"../x.py": b""}), on_arrival=tell)
    assert len(seen) == 1
    assert (read_rows(tmp_path), read_reports(tmp_path)) == before


def test_one_student_is_graded_and_the_class_stays(grade: Any, sandboxes: Any, tmp_path: Path) -> None:
    """Their rows and report are new, the others' are as they were, refused ones too; so it is after a second class."""
    files = {"ada.py": b"a = 2", "ada.ipynb": b"{", "bo.py": b"a = 2", "x.txt": b"", "cy/hw.py": b"a = 2"}
    grade(put(tmp_path / "class", files))
    before = {row["entry"]: row for row in read_rows(tmp_path)}
    reports = read_reports(tmp_path)
    sandboxes.ran.clear()
    summary = grade(put(tmp_path / "late", {"ada.py": b"a = 3"}) / "ada.py")
    assert [result.entry.student for result in summary.results] == sandboxes.ran == ["ada"]
    rows = read_rows(tmp_path)
    assert [row["entry"] for row in rows] == ["ada.py", "bo.py", "cy", "x.txt"]
    assert {row["entry"]: row for row in rows[1:]} == {name: before[name] for name in ("bo.py", "cy", "x.txt")}
    grade(put(tmp_path / "late", {"cy/hw.py": b"a = 3", "new.py": b"a = 2"}) / "cy")
    grade(tmp_path / "late" / "new.py")
    assert [row["student"] for row in read_rows(tmp_path)] == ["ada", "bo", "cy", "new", "x.txt"]
    assert read_reports(tmp_path)["bo"] == reports["bo"]
    assert read_reports(tmp_path)["cy"] != reports["cy"]
    with pytest.raises(KeyboardInterrupt):
        grade(tmp_path / "late" / "ada.py", on_done=_interrupt)
    assert [row["student"] for row in read_rows(tmp_path)] == ["ada", "bo", "cy", "new", "x.txt"]


def test_one_student_who_is_refused(grade: Any, tmp_path: Path) -> None:
    """The old report is gone, and nobody else's."""
    grade(put(tmp_path / "class", {"ada.py": b"a = 2", "bo.py": b"a = 2"}))
    grade(put(tmp_path / "late", {"ada.ipynb": b"{"}) / "ada.ipynb")
    assert [(row["entry"], row["status"]) for row in read_rows(tmp_path)] == [
        ("ada.ipynb", "refused"),
        ("bo.py", "graded"),
    ]
    assert set(read_reports(tmp_path)) == {"bo"}


def test_what_a_killed_batch_unpacked_is_removed(grade: Any, tmp_path: Path) -> None:
    """A link that somebody put in its place is not followed."""
    folder = put(tmp_path / "class", {"ada.py": b"a = 2"})
    put(tmp_path / "out" / UNPACKED, {"archive/x.py": b""})
    grade(folder)
    put(tmp_path / "precious", {"x.py": b""})
    (tmp_path / "out" / UNPACKED).symlink_to(tmp_path / "precious")
    grade(folder)
    assert (tmp_path / "precious" / "x.py").exists()


def test_what_is_unpacked_is_private(grade: Any, tmp_path: Path) -> None:
    """As long as it is there."""
    seen: list[int] = []

    def look(*_: object) -> None:
        seen.append((tmp_path / "out" / UNPACKED).stat().st_mode & 0o777)

    grade(lay_down(tmp_path, "zip", {"ada.py": b"a = 2"}), on_done=look)
    assert seen == [0o700]


def test_no_student_is_called_like_the_place_to_unpack(grade: Any, tmp_path: Path) -> None:
    """Gradescope lets students choose their names."""
    metadata = f"submission_1:\n  ':submitters':\n  - ':name': '{UNPACKED}'\n".encode()
    files = {"submission_metadata.yml": metadata.replace(b"'", b""), "submission_1/a.py": b"a = 2"}
    grade(lay_down(tmp_path, "zip", files))
    assert [(row["student"], row["folder"]) for row in read_rows(tmp_path)] == [(UNPACKED, "%2Eunpacked")]


def test_an_archive_may_lie_anywhere(grade: Any, tmp_path: Path) -> None:
    """Also in the output folder, which only a folder of submissions may not hold."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "class.zip").write_bytes(pack_zip({"ada.py": b"a = 2"}))
    grade(tmp_path / "out" / "class.zip")
    assert [row["student"] for row in read_rows(tmp_path)] == ["ada"]
    with pytest.raises(UsageError, match="expected a folder, a zip or a tar"):
        grade(tmp_path / "nothing.zip")


def test_who_is_not_on_the_roster_is_refused(grade: Any, sandboxes: Any, tmp_path: Path) -> None:
    """The others are graded under the course's names."""
    folder = put(tmp_path / "class", {"doe_1_2_a.py": b"a = 2", "roe_2_3_a.py": b"a = 2"})
    grade(folder, reading=Reading(roster=[Person("s1", canvas_id="1")]))
    assert [(row["student"], row["status"], row["reason"]) for row in read_rows(tmp_path)] == [
        ("roe (2)", "refused", "is not on the roster"),
        ("s1", "graded", ""),
    ]
    assert sandboxes.ran == ["s1"]


def test_workers_are_sent_what_they_need(grade: Any, tmp_path: Path) -> None:
    """Where the files lie, and not how they came; it has to be JSON."""
    summary = grade(put(tmp_path / "bb", {"HW_jo_attempt_2024-01-31-12-00-00_a.py": b"a = 1"}))
    entry = summary.results[0].entry
    sent = unpack_entry(json.loads(json.dumps(pack_entry(entry))))
    assert (sent.student, sent.entry, sent.folder, sent.paths) == (
        entry.student,
        entry.entry,
        entry.folder,
        entry.paths,
    )
    assert entry.delivery.submitted_at is not None
