"""Writes what students get from the output folder of a batch; runs nothing and judges nothing."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from grader.batch.index import SUMMARY, read_rows
from grader.batch.lock import lock_output
from grader.batch.regrading import find_evidence
from grader.batch.store import EXECUTED, REPORT, REPORT_TEXT, make_folder, notebook_name, read_evidence, read_kept
from grader.course import Course
from grader.errors import HostError, SubmissionRefused, UsageError, blame
from grader.feedback import (
    Work,
    build_notebook,
    render_answers,
    render_markdown,
    render_markdown_receipt,
    render_page,
    render_receipt,
    render_refusal,
)
from grader.judge.judge import hash_evidence
from grader.model import Cell, Evidence, Limits, Report
from grader.release import Left, Stage, find_request_ends, find_stages, measure_left, withhold
from grader.report.missing import explain_missing
from grader.report.parse import parse_report
from grader.report.text import render_text
from grader.report.write import write_together
from grader.submission.notebook import parse_notebook

PAGE, NOTEBOOK, MARKDOWN, ANSWERS = "feedback.html", "feedback.ipynb", "feedback.md", "regrade-answer.md"


@dataclass(frozen=True)
class Feedback:
    """How many students have their feedback, what could not be used and why, and where the grader itself failed."""

    written: int
    unusable: tuple[str, ...]
    failed: tuple[str, ...]


def write_feedback(course: Course, out: Path, target: Path, at: datetime) -> Feedback:
    """Write page, notebook, Markdown and text of every student in `out` below `target`, in folders of the same names.

    They hold what the student may see at the moment `at`.

    Raises:
        UsageError: there is nothing in `out`, a batch is writing to it, or `target` cannot be written to.
        HostError: the disk is full.
    """
    with lock_output(out):
        refused = [row for row in read_rows(out / SUMMARY) if row["status"] == "refused"]
        graded = [] if refused and not _has_evidence(out) else find_evidence(out)
        left = measure_class(course, out, at) if course.release is not None and graded else {}
        pages = [
            *(Pages(row["folder"], partial(_refuse, course, row)) for row in refused),
            *(Pages(folder.name, partial(_render_folder, course, folder, at, left)) for folder in graded),
        ]
        return write_pages(target, pages)


@dataclass(frozen=True)
class Pages:
    """What one student gets: the name of the folder, and how its files are rendered."""

    folder: str
    render: Callable[[], Mapping[str, str]]


def write_pages(target: Path, students: Iterable[Pages]) -> Feedback:
    """Write each student's files below `target`; one whose cannot be rendered or written leaves the others theirs.

    Raises:
        UsageError: `target` cannot be written to.
        HostError: the disk is full.
    """
    written, unusable, failed = 0, [], []
    make_folder(target)
    for student in students:
        try:
            texts = student.render()
            _write(make_folder(target / student.folder), texts)
        except HostError:
            raise  # the next student would meet the same
        except UsageError as error:
            unusable.append(str(error))
        except Exception as error:  # noqa: BLE001 - a bug of ours leaves one student without, and the class going on
            frame = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{Path(frame.filename).name}:{frame.lineno}"
            failed.append(f"no feedback for {student.folder}: {type(error).__name__}: {error} ({place})")
        else:
            written += 1
    return Feedback(written, tuple(unusable), tuple(failed))


def render_work(work: Work, at: datetime, stages: Mapping[str, Stage] | None) -> Mapping[str, str]:
    """Return a student's files by name, as far as the stages of the exercises show them; with None, all of it."""
    sources = (cell.source for cells in work.sources.values() for cell in cells if cell.kind == "code")
    told = explain_missing(work.report, work.evidence, sources)
    ends = find_request_ends(work.course, work.report.student)
    ends = {exercise: end for exercise, end in ends.items() if at <= end}
    shown = replace(work, report=withhold(told, stages), stages=stages, request_ends=ends)
    if stages is not None and not shown.report.exercises:
        page = render_receipt(work.course.file.title, shown.report)
        return {PAGE: page, MARKDOWN: render_markdown_receipt(shown.report), REPORT_TEXT: render_text(shown.report)}
    texts = {PAGE: render_page(shown), MARKDOWN: render_markdown(shown), REPORT_TEXT: render_text(shown.report)}
    answers = render_answers(shown)
    texts |= {ANSWERS: answers} if answers else {}
    return texts | ({NOTEBOOK: build_notebook(shown)} if shown.sources else {})


def render_refused(course: Course, student: str, reason: str) -> Mapping[str, str]:
    """Return the files of a student whose own could not be read."""
    return {PAGE: render_refusal(course.file.title, student, reason)}


def read_work(course: Course, folder: Path) -> Work:
    """Return what the output folder of a student holds.

    Raises:
        UsageError: it holds no report, or one that belongs to other evidence or another version of the course.
    """
    evidence, report = _read_judged(course, folder)
    return Work(course, report, evidence, read_sources(folder / EXECUTED, evidence))


def _read_judged(course: Course, folder: Path) -> tuple[Evidence, Report]:
    """Return evidence and report of a student, where the one was made of the other by this course."""
    evidence, report = read_evidence(folder), _read_report(folder / REPORT)
    if report.course_sha256 != course.sha256 or report.evidence_sha256 != hash_evidence(evidence):
        raise UsageError(
            f"{folder / REPORT} was made of other evidence or another version of the course: judge it again"
        )
    return evidence, report


def read_report_of(course: Course, out: Path, student: str) -> Report:
    """Return the report of one student of a batch.

    Raises:
        UsageError: there is none, or it cannot be used.
    """
    names = {read_evidence(folder).student: folder for folder in find_evidence(out)}
    if student not in names:
        raise UsageError(f"{student!r} is not a student in {out}: expected one of {', '.join(sorted(names)[:20])}")
    return _read_judged(course, names[student])[1]


def _has_evidence(out: Path) -> bool:
    with suppress(UsageError):
        return bool(find_evidence(out))
    return False


def measure_class(course: Course, out: Path, at: datetime) -> Mapping[str, Left]:
    """Return what is open in the class of a batch, by assignment; nothing where a report cannot be read.

    Who cannot be read may wait for anything: then nobody knows, and feedback waits.
    """
    try:
        return measure_left(course, [_read_judged(course, folder)[1] for folder in find_evidence(out)], at)
    except UsageError:
        return {}


def _render_folder(course: Course, folder: Path, at: datetime, left: Mapping[str, Left]) -> Mapping[str, str]:
    work = read_work(course, folder)
    return render_work(work, at, find_stages(course, work.report.student, at, left))


def _refuse(course: Course, row: Mapping[str, str]) -> Mapping[str, str]:
    return render_refused(course, row["student"], row["reason"])


def _read_report(path: Path) -> Report:
    try:
        return parse_report(read_kept(path).decode("ascii"))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is not a report of this version of the grader; judge it again: {error}") from error


def read_sources(executed: Path, evidence: Evidence) -> Mapping[str, tuple[Cell, ...]]:
    """Return the cells of the files that ran, as far as they are there; a plain script is one cell.

    Raises:
        UsageError: what stands there is a link, or no file.
    """
    return dict(_list_sources(executed, evidence))


def _list_sources(executed: Path, evidence: Evidence) -> Iterator[tuple[str, tuple[Cell, ...]]]:
    for name in evidence.files:
        path = executed / notebook_name(name)
        if not os.path.lexists(path):  # nothing ran
            continue
        content = read_kept(path)
        with suppress(SubmissionRefused):  # a notebook that no JSON can hold
            yield name, parse_notebook(path.name, content, Limits().cells)


def _write(folder: Path, texts: Mapping[str, str]) -> None:
    """Write a student's files together; what an earlier run wrote and this one did not is taken away."""
    write_together({folder / name: text for name, text in texts.items()})
    for name in {PAGE, NOTEBOOK, MARKDOWN, ANSWERS} - texts.keys():
        try:
            (folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise blame(f"{folder / name} cannot be removed, and is of an earlier run", error) from error
