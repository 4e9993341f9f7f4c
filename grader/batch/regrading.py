"""Judges stored evidence again: after a changed tolerance, hint or share, nothing has to be run."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

from grader import pipeline
from grader.batch.lock import lock_output
from grader.batch.results import EntryResult
from grader.batch.store import EVIDENCE, make_folder, read_evidence, read_sources, write_report
from grader.errors import UsageError
from grader.model import Evidence, list_code
from grader.pipeline import Grader
from grader.report.missing import explain_missing
from grader.submission import Entry

OnJudged = Callable[[Path, EntryResult], None]


@dataclass(frozen=True)
class Regraded:
    """What was judged, and which evidence could not be used and why."""

    results: tuple[EntryResult, ...]
    unusable: tuple[str, ...]


def regrade(grader: Grader, places: Iterable[Path], on_judged: OnJudged = lambda _folder, _result: None) -> Regraded:
    """Judge the evidence in these folders (a batch's, or single students') and write their reports anew.

    Args:
        grader: the course as it is now.
        places: the folders.
        on_judged: called with each student's folder and result; a `UsageError` of it is told like unusable evidence.

    Raises:
        UsageError: a place holds no evidence at all, or a batch is writing to it.
    """
    results: list[EntryResult] = []
    unusable: list[str] = []
    judged: set[Path] = set()
    for place in places:
        folders = find_evidence(place)
        with nullcontext() if folders == [place] else lock_output(place):
            for folder in folders:
                if folder in judged:
                    continue
                judged.add(folder)
                try:
                    result = _judge_folder(grader, folder)
                    results.append(result.without_report())
                    on_judged(folder, result)
                except UsageError as error:
                    unusable.append(str(error))
    return Regraded(tuple(results), tuple(unusable))


def find_evidence(place: Path) -> list[Path]:
    """Return the folders with evidence: `place` itself, or those directly in it, by name; links are passed over.

    Whether the evidence can be read is found by whoever reads it, and told with the student's folder.

    Raises:
        UsageError: there is none.
    """
    if os.path.lexists(place / EVIDENCE):
        return [place]
    try:
        inside = sorted(place.iterdir())
    except OSError as error:
        raise UsageError(f"{place} cannot be read: {error.strerror}") from error
    found = [folder for folder in inside if not folder.is_symlink() and os.path.lexists(folder / EVIDENCE)]
    if not found:
        raise UsageError(
            f"{place} holds no {EVIDENCE}, itself or in a folder in it; name what `grader batch` wrote with --out"
        )
    return found


def find_all_evidence(places: Iterable[Path]) -> list[Path]:
    """Return the folders with evidence in these places, each once.

    Raises:
        UsageError: a place holds none.
    """
    return list(dict.fromkeys(folder for place in places for folder in find_evidence(place)))


def list_evidence(grader: Grader, places: Iterable[Path]) -> Iterator[Evidence | UsageError]:
    """Yield each student's evidence in these folders (a batch's, or single students'), or why it cannot be used.

    Raises:
        UsageError: a place holds no evidence at all.
    """
    for folder in find_all_evidence(places):
        try:
            yield read_current(grader, folder)
        except UsageError as error:
            yield error


def read_current(grader: Grader, folder: Path) -> Evidence:
    """Return a student's evidence.

    Raises:
        UsageError: there is none that answers what this course asks.
    """
    evidence = read_evidence(folder)
    check_questions(grader, evidence, str(folder / EVIDENCE))
    return evidence


def check_questions(grader: Grader, evidence: Evidence, what: str) -> None:
    """Check that evidence answers what this course asks.

    Raises:
        UsageError: it does not; `what` is what it is called.
    """
    if evidence.probes_sha256 != grader.probes_sha256:
        raise UsageError(
            f"{what} answers other questions than this course asks now, and was left as it is: "
            "run this submission again"
        )


def _judge_folder(grader: Grader, folder: Path) -> EntryResult:
    evidence = read_current(grader, make_folder(folder))
    report = pipeline.judge(grader, evidence)
    told = explain_missing(report, evidence, _list_code(folder, evidence)) if grader.course.release is None else None
    write_report(folder, report, told)
    return EntryResult(
        Entry(evidence.student, folder.name, folder.name, ()), "graded", pipeline.find_reason(evidence, report), report
    )


def _list_code(folder: Path, evidence: Evidence) -> Iterator[str]:
    """Yield what the code cells hold; nothing is read before somebody asks."""
    with suppress(UsageError):  # no verdict rests on it
        yield from list_code(read_sources(folder, evidence).values())
