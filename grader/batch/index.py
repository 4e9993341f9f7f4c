"""`batch.json`: a line for each entry of the folder, and nothing of students who are not in it any more."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from grader.batch.results import EntryResult
from grader.batch.store import clear_folder
from grader.report.write import write_atomically
from grader.submission import Entry
from grader.submission.naming import fold

SUMMARY = "batch.json"
_Row = dict[str, Any]


class Index:
    """The file of one output folder, read before a batch and written after it, however it ended."""

    def __init__(self, out: Path, entries: Sequence[Entry]) -> None:
        """Remove what an earlier batch says of who is not among the entries now."""
        self._path, self._entries = out / SUMMARY, entries
        rows = list(_read_rows(self._path))
        _forget_others(out, rows, entries)
        known = {(row["student"], row["folder"]): row["status"] for row in rows}
        # Who is refused now is told anew; the reports of the others stand until they are graded again.
        self._earlier = {
            entry.folder
            for entry in entries
            if entry.refusal is None and known.get((entry.student, entry.folder)) == "graded"
        }
        self._rows = {(row["folder"], row["entry"]): row for row in rows}
        if rows:
            self.write({})

    def write(self, results: Mapping[int, EntryResult]) -> None:
        """Write the rows of these entries, by their numbers, and of others what an earlier batch said of them."""
        rows: list[_Row] = []
        for number, entry in enumerate(self._entries):
            if number in results:
                rows += _describe(results[number])
            elif entry.folder in self._earlier:
                names = entry.entries or (entry.entry,)
                rows += [self._rows[entry.folder, name] for name in names if (entry.folder, name) in self._rows]
        write_atomically(self._path, json.dumps(rows, indent=2, ensure_ascii=True) + "\n")


def _describe(result: EntryResult) -> Iterator[_Row]:
    """Yield one object for each entry of the folder, two where a student has two."""
    for name in result.entry.entries or (result.entry.entry,):
        yield {
            "student": result.entry.student,
            "entry": name,
            "folder": result.entry.folder,
            "status": result.status,
            "reason": result.reason,
        }


def _read_rows(path: Path) -> Iterator[_Row]:
    """Yield the rows of an earlier batch; none of what is no such file."""
    try:
        rows = json.loads(path.read_text(encoding="ascii"))
    except (OSError, ValueError, RecursionError):
        return
    for row in rows if isinstance(rows, list) else ():
        names = ("student", "entry", "folder", "status", "reason")
        if isinstance(row, dict) and row.keys() == set(names) and all(isinstance(row[name], str) for name in names):
            yield row


def _forget_others(out: Path, rows: Iterable[_Row], entries: Iterable[Entry]) -> None:
    """Remove the reports of students who are not among the entries; kept evidence stays, should they come back."""
    current = {fold(entry.folder) for entry in entries}
    for name in {row["folder"] for row in rows}:
        folder = out / name
        is_plain = Path(name).name == name and name not in {"", ".."}
        if is_plain and fold(name) not in current and folder.is_dir() and not folder.is_symlink():
            clear_folder(folder)
