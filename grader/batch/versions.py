"""The versions of the course by which a batch was judged, kept beside its reports in `batch.course/`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from grader.batch.index import SUMMARY
from grader.batch.store import make_folder, read_kept
from grader.changes import CourseVersion, parse_version, render_version
from grader.errors import UsageError
from grader.report.write import write_atomically

FOLDER = "batch.course"  # no student's folder is called so
_SHA256 = re.compile(r"[0-9a-f]{64}")


def keep_version(out: Path, version: CourseVersion) -> None:
    """Keep a version beside the reports of the batch in `out`."""
    write_atomically(make_folder(out / FOLDER) / f"{version.sha256}.json", render_version(version))


def find_batches(places: Iterable[Path]) -> Iterator[Path]:
    """Yield the folders of the batches in these places, each of which is one, or a student's folder in one."""
    for place in places:
        yield from (folder for folder in (place, place.parent) if (folder / SUMMARY).is_file())


def read_version(places: Iterable[Path], sha256: str) -> CourseVersion | None:
    """Return the version of this SHA-256 that was kept with one of these batches; None where none was."""
    if not _SHA256.fullmatch(sha256):
        return None
    for out in find_batches(places):
        try:
            return parse_version(read_kept(out / FOLDER / f"{sha256}.json").decode("ascii"))
        except (UsageError, ValueError, RecursionError):
            continue  # nothing rests on it but an explanation
    return None
