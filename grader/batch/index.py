"""`batch.json`: a line for each entry of the folder, and nothing of students who are not in it any more."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from grader.batch.results import EntryResult
from grader.batch.store import REPORT, clear_folder, read_evidence
from grader.errors import UsageError
from grader.report.write import write_atomically
from grader.submission import Delivery, Entry
from grader.submission.naming import fold

SUMMARY = "batch.json"
_Row = dict[str, Any]
_DELIVERY = ("submitted_at", "late", "attempt", "earlier", "commit")


class Index:
    """The file of one output folder, read before a batch and written after it, however it ended."""

    def __init__(
        self, out: Path, entries: Sequence[Entry], *, assignment: str = "", keeps_others: bool = False
    ) -> None:
        """Remove what an earlier batch says of who is not among the entries now; or with `keeps_others`, keep it.

        `assignment` is the one that they are graded by, '' for the whole course.
        """
        self._out, self._entries, self._assignment = out, entries, assignment
        rows = list(read_rows(out / SUMMARY))
        students = {entry.student for entry in entries}
        self._others = [row for row in rows if row["student"] not in students] if keeps_others else []
        if not keeps_others:
            _forget_others(out, rows, entries)
        self._rows = {(row["student"], row["folder"], row["entry"]): row for row in rows if row["status"] == "graded"}
        if rows:
            self.write({})

    def write(self, results: Mapping[int, EntryResult]) -> None:
        """Write the rows of these entries, by their numbers, and of the others those whose reports stand.

        A stopped batch may have written a student's report and not come to tell of it.
        """
        rows: list[_Row] = []
        for number, entry in enumerate(self._entries):
            if number in results:
                rows += _describe(results[number], self._assignment)
            elif entry.refusal is None and (self._out / entry.folder / REPORT).is_file():
                rows += self._find_rows(entry)
        if self._others:
            rows = sorted([*rows, *self._others], key=lambda row: (row["student"], row["folder"]))
        write_atomically(self._out / SUMMARY, _dump(rows))

    def _find_rows(self, entry: Entry) -> Iterable[_Row]:
        """Return what an earlier batch said of an entry, or where it said nothing, what the stored evidence says."""
        earlier = [self._rows.get((entry.student, entry.folder, name)) for name in _list_names(entry)]
        if all(earlier):
            return [row for row in earlier if row is not None]
        try:
            evidence = read_evidence(self._out / entry.folder)
        except UsageError:
            return ()
        is_theirs = evidence.student == entry.student
        result = EntryResult(entry, "graded", evidence.fault or "")
        return _describe(result, self._assignment) if is_theirs else ()


def render_rows(results: Iterable[EntryResult], assignment: str = "") -> str:
    """Return the results as `batch.json` lists them; `assignment` is the one that they are of, '' the whole course."""
    return _dump([row for result in results for row in _describe(result, assignment)])


def check_same_assignment(out: Path, assignment: str) -> None:
    """Check that what a batch left in `out`, if one did, is of this assignment, or with '' of the whole course.

    Raises:
        UsageError: it is not.
    """
    found = _read_assignment(out)
    if found is not None and found != assignment:
        raise UsageError(
            f"{out} holds reports of {_name(found)}, and this is {_name(assignment)}: expected another folder, or "
            f"{f'--assignment {found}' if found else 'no --assignment'}"
        )


def choose_assignment(given: str, places: Iterable[Path]) -> str:
    """Return the assignment by which what lies in these places is read: the `given` one, else that of the batches.

    A place is the output folder of a batch, or one student's folder in it.

    Raises:
        UsageError: they are of another assignment, or not all of the same.
    """
    outs = [place if (place / SUMMARY).is_file() else place.parent for place in places]
    chosen = given or next((one for one in map(_read_assignment, outs) if one is not None), "")
    for out in outs:
        check_same_assignment(out, chosen)
    return chosen


def _read_assignment(out: Path) -> str | None:
    """Return the assignment that a batch left reports of, '' for the whole course; None where none did."""
    return next((row.get("assignment", "") for row in read_rows(out / SUMMARY)), None)


def _name(assignment: str) -> str:
    return f"the assignment {assignment}" if assignment else "the whole course"


def _dump(rows: list[_Row]) -> str:
    return json.dumps(rows, indent=2, ensure_ascii=True) + "\n"


def _list_names(entry: Entry) -> tuple[str, ...]:
    """Return what of the folder is this student's: mostly one entry."""
    return entry.entries or (entry.entry,)


def _describe(result: EntryResult, assignment: str) -> Iterator[_Row]:
    """Yield one object for each entry of the folder, two where a student has two."""
    for name in _list_names(result.entry):
        yield {
            "student": result.entry.student,
            "entry": name,
            "folder": result.entry.folder,
            "status": result.status,
            "reason": result.reason,
            **_describe_delivery(result.entry.delivery),
            **({"assignment": assignment} if assignment else {}),
        }


def _describe_delivery(delivery: Delivery) -> _Row:
    """Return what a download said of how the submission came; nothing of what it did not say."""
    known = {
        "submitted_at": delivery.submitted_at and delivery.submitted_at.isoformat(),
        "late": delivery.late,
        "attempt": delivery.attempts if delivery.attempts > 1 else None,
        "earlier": list(delivery.earlier),
        "commit": delivery.commit,
    }
    return {name: value for name, value in known.items() if value}


def read_rows(path: Path) -> Iterator[_Row]:
    """Yield the rows of an earlier batch; none of what is no such file."""
    try:
        rows = json.loads(path.read_text(encoding="ascii"))
    except (OSError, ValueError, RecursionError):
        return
    for row in rows if isinstance(rows, list) else ():
        names = ("student", "entry", "folder", "status", "reason")
        is_row = isinstance(row, dict) and set(names) <= row.keys() <= {*names, *_DELIVERY, "assignment"}
        is_text = is_row and all(isinstance(row.get(name, ""), str) for name in (*names, "assignment"))
        if is_text and _is_plain(row["folder"]):
            yield row


def _is_plain(name: str) -> bool:
    """Return whether this is the name of something in the output folder itself."""
    return Path(name).name == name and name not in {"", ".."}


def _forget_others(out: Path, rows: Iterable[_Row], entries: Iterable[Entry]) -> None:
    """Remove the reports of students who are not among the entries; kept evidence stays, should they come back."""
    current = {fold(entry.folder) for entry in entries}
    for name in {row["folder"] for row in rows}:
        folder = out / name
        if fold(name) not in current and folder.is_dir() and not folder.is_symlink():
            clear_folder(folder)
