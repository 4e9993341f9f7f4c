"""What was submitted comes back as it was, bounded, whatever a database claims."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import update

from grader.errors import UsageError
from grader.gradebook import Gradebook, Kept, KeptFile, kept, tables
from grader.gradebook.engine import read_transaction, write_transaction
from grader.model import Report, RunTimes

ReportOf = Callable[..., Report]
ADA = Kept(b"what came out", {"a.py": b"a = 2\n", "data/x.csv": b"1,2\n" * 100})
NAMES = ("a.py", "data/x.csv")


def _count(book: Gradebook, table: Any) -> int:
    with read_transaction(book._engine) as connection:
        return len(connection.execute(table.select()).all())


def test_what_was_submitted_comes_back(book: Gradebook, report_of: ReportOf, noon: datetime) -> None:
    """In both databases, once, whoever submits the same and however often it is recorded."""
    for student, hashes in (("ada", {}), ("bob", {"submission_sha256": "s2", "evidence_sha256": "e2"})):
        for _ in range(2):
            attempt = book.record(report_of(student=student, **hashes), noon, "a.py", ADA)
        assert book.evidence(attempt.id) == ADA.evidence
        assert book.files(attempt.id, NAMES) == {name: KeptFile(ADA.files[name], "submitted") for name in NAMES}
    assert _count(book, tables.blobs) == 3
    assert book.files(attempt.id, ["b.py"]) == {}


def test_nothing_is_kept_of_what_was_not_given(small_book: Gradebook, report_of: ReportOf, noon: datetime) -> None:
    """As in an attempt of an older version."""
    attempt = small_book.record(report_of(), noon, "a.py")
    assert small_book.evidence(attempt.id) is None
    assert small_book.files(attempt.id, NAMES) == {}


def test_times_come_back(book: Gradebook, report_of: ReportOf, noon: datetime) -> None:
    """With the evidence; they are joined to what was recorded without, and a later run's change nothing."""
    first, second = (RunTimes(total_s=spent, parts_s={"1a": spent / 2}) for spent in (3.0, 4.0))
    attempt = book.record(report_of(), noon, "a.py", ADA)
    assert book.run_times() == {}
    for times in (first, second):
        book.record(report_of(), noon, "a.py", replace(ADA, times=times))
        assert book.run_times() == {attempt.id: first}


@pytest.mark.parametrize(
    "text", ["{", '{"total_s": -1}', '{"total_s": "inf"}', '{"total_s": 1, "parts_s": {"1a": -2}}']
)
def test_damaged_times_are_told(small_book: Gradebook, report_of: ReportOf, noon: datetime, text: str) -> None:
    """Not shown as times."""
    attempt = small_book.record(report_of(), noon, "a.py", replace(ADA, times=RunTimes(total_s=1.0)))
    with write_transaction(small_book._engine) as connection:
        connection.execute(update(tables.evidence).values(times=text))
    with pytest.raises(UsageError, match=f"times of attempt {attempt.id} cannot be read"):
        small_book.run_times()


@pytest.mark.parametrize("order", [("executed", "submitted"), ("submitted", "executed")])
def test_what_was_submitted_stands_over_the_run_s_notebook(
    book: Gradebook, report_of: ReportOf, noon: datetime, order: tuple[Any, Any]
) -> None:
    """In whichever order the two come."""
    for form in order:
        attempt = book.record(report_of(), noon, "a.py", Kept(b"", {"a.py": form.encode()}, form))
    assert book.files(attempt.id, ["a.py"]) == {"a.py": KeptFile(b"submitted", "submitted")}


def test_hashes_are_of_files_as_they_were_submitted(book: Gradebook, report_of: ReportOf, noon: datetime) -> None:
    """A run's notebook is another file, and what was too large to be kept has none; the attempt says when it came."""
    attempt = book.record(report_of(), noon, "a.py", Kept(b"", {"a.py": b"executed"}, "executed"))
    assert book.file_hashes(attempt.id, ["a.py"]) == {}
    large = Kept(b"", {"a.py": b"a = 2", "b.py": bytes(kept.KEPT_BYTES)})
    attempt = book.record(report_of(), noon, "a.py", large)
    assert book.file_hashes(attempt.id, ["a.py", "b.py", "c.py"]) == {"a.py": hashlib.sha256(b"a = 2").hexdigest()}
    assert book.attempt(attempt.id) == attempt


def test_what_is_too_large_is_named(
    small_book: Gradebook, report_of: ReportOf, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Evidence comes first, then code, then data; a row says of the rest how large it was."""
    monkeypatch.setattr(kept, "KEPT_BYTES", 30)
    files = {"a.csv": b"1" * 20, "b.csv": b"2" * 5, "z.py": b"x" * 10}
    given = Kept(b"e" * 12, files)
    attempt = small_book.record(report_of(), noon, "a.py", given)
    assert kept.list_left_out(given) == ["a.csv (20 bytes)"]
    assert small_book.files(attempt.id, files).keys() == {"b.csv", "z.py"}
    with read_transaction(small_book._engine) as connection:
        rows = {row.name: (row.size_bytes, row.blob) for row in connection.execute(tables.submitted_files.select())}
    assert rows["a.csv"] == (20, None)
    assert kept.list_left_out(Kept(b"e" * 31)) == ["the evidence (31 bytes)"]


def _bomb() -> bytes:
    return zlib.compress(b"\0" * (1 << 24))


DAMAGE: dict[str, tuple[dict[str, Any], str]] = {
    "other content": ({"compressed": zlib.compress(b"another thing")}, "is not what its hash says"),
    "no zlib": ({"compressed": b"dear diary"}, "cannot be decompressed"),
    "half": ({"compressed": zlib.compress(ADA.evidence)[:-3]}, "is not what its hash says"),
    "a bomb": ({"compressed": _bomb()}, "is not what its hash says"),
    "a bomb that says so": ({"compressed": _bomb(), "size_bytes": kept.KEPT_BYTES + 1}, "claims a size outside"),
    "a bomb of no size": ({"compressed": _bomb(), "size_bytes": -1}, "claims a size outside"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_told(
    small_book: Gradebook, report_of: ReportOf, noon: datetime, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A blob that is not what it was is named, and never unpacked beyond the size it claims."""
    longest = []
    real = zlib.decompressobj

    class Watched:
        def __init__(self) -> None:
            self._inner = real()

        def decompress(self, data: bytes, most: int) -> bytes:
            found = self._inner.decompress(data, most)
            longest.append(len(found))
            return found

        @property
        def eof(self) -> bool:
            return self._inner.eof

    monkeypatch.setattr(kept.zlib, "decompressobj", Watched)
    attempt = small_book.record(report_of(), noon, "a.py", ADA)
    values, why = DAMAGE[damage]
    digest = hashlib.sha256(ADA.evidence).hexdigest()
    with write_transaction(small_book._engine) as connection:
        connection.execute(update(tables.blobs).where(tables.blobs.c.sha256 == digest).values(**values))
    with pytest.raises(UsageError, match=why):
        small_book.evidence(attempt.id)
    assert max(longest, default=0) <= len(ADA.evidence) + 1


def test_compressed_content_is_measured_before_it_is_read(
    small_book: Gradebook, report_of: ReportOf, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies there compressed may be of any size, too."""
    attempt = small_book.record(report_of(), noon, "a.py", ADA)
    monkeypatch.setattr(kept, "_COMPRESSED_BYTES", 4)
    with pytest.raises(UsageError, match="claims a size outside"):
        small_book.evidence(attempt.id)


def test_files_of_a_submission_have_one_bound_together(
    small_book: Gradebook, report_of: ReportOf, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand files of the largest size are no way around it."""
    attempt = small_book.record(report_of(), noon, "a.py", ADA)
    monkeypatch.setattr(kept, "KEPT_BYTES", 401)
    with pytest.raises(UsageError, match="claims a size outside"):
        small_book.files(attempt.id, NAMES)


def test_a_refusal_stands_until_something_is_graded(book: Gradebook, report_of: ReportOf, noon: datetime) -> None:
    """The last reason counts, and no score is made of it."""
    book.refuse("ada", "not a notebook")
    book.refuse("ada", "still not a notebook")
    assert [(one.student, one.reason) for one in book.refusals()] == [("ada", "still not a notebook")]
    assert [(row.person.student, row.score) for row in book.current_scores()] == [("ada", None)]
    book.record(report_of(), noon, "a.py", Kept(form="executed"))
    assert len(book.refusals()) == 1  # what was judged again had been submitted before
    book.record(report_of(), noon, "a.py")
    assert book.refusals() == []
