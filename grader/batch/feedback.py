"""Writes what students get from the output folder of a batch; runs no student's code and judges nothing."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from grader.batch.index import SUMMARY, read_rows
from grader.batch.lock import lock_output
from grader.batch.regrading import find_evidence
from grader.batch.store import REPORT, REPORT_TEXT, make_folder, read_evidence, read_report, read_sources
from grader.course import Course
from grader.errors import CourseError, HostError, UsageError, blame
from grader.feedback import (
    Work,
    build_notebook,
    render_answers,
    render_markdown,
    render_markdown_receipt,
    render_markdown_refusal,
    render_page,
    render_receipt,
    render_refusal,
)
from grader.judge.judge import hash_evidence
from grader.judge.solution import Solution
from grader.model import Evidence, Report, list_code
from grader.release import (
    Left,
    Spreads,
    Stage,
    choose_spreads,
    find_request_ends,
    find_stages,
    measure_left,
    measure_spreads,
    strip_report,
    withhold,
)
from grader.report.missing import explain_missing
from grader.report.text import render_text
from grader.report.write import write_together

Solve = Callable[[Evidence], Mapping[str, Solution]]  # what is right by each check, beside a student's own answers
PAGE, NOTEBOOK, MARKDOWN, ANSWERS = "feedback.html", "feedback.ipynb", "feedback.md", "regrade-answer.md"


@dataclass(frozen=True)
class Feedback:
    """How many students have their feedback, what could not be used and why, and where the grader itself failed."""

    written: int
    unusable: tuple[str, ...]
    failed: tuple[str, ...]


def write_feedback(course: Course, out: Path, target: Path, at: datetime, solve: Solve) -> Feedback:
    """Write page, notebook, Markdown and text of every student in `out` below `target`, in folders of the same names.

    They hold what the student may see at the moment `at`; `solve` is asked once solutions are out.

    Raises:
        UsageError: there is nothing in `out`, a batch is writing to it, or `target` cannot be written to.
        HostError: the disk is full.
    """
    with lock_output(out):
        refused = [row for row in read_rows(out / SUMMARY) if row["status"] == "refused"]
        graded = [] if refused and not _has_evidence(out) else find_evidence(out)
        measured = measure_class(course, out, at) if graded else Measured()
        render = partial(_render_folder, course, at=at, measured=measured, solve=solve)
        pages = [
            *(Pages(row["folder"], partial(_refuse, course, row)) for row in refused),
            *(Pages(folder.name, partial(render, folder)) for folder in graded),
        ]
        return write_pages(target, pages)


@dataclass(frozen=True)
class Pages:
    """What one student gets: the name of the folder, how its files are rendered, and what is done afterwards."""

    folder: str
    render: Callable[[], Mapping[str, str]]
    keep: Callable[[], None] = lambda: None


def write_pages(target: Path, students: Iterable[Pages]) -> Feedback:
    """Write each student's files below `target`; one whose cannot be rendered or written leaves the others theirs.

    Raises:
        UsageError: `target` cannot be written to.
        CourseError: the course's reference cannot be loaded, and solutions are out.
        HostError: the disk is full.
    """
    written, unusable, failed = 0, [], []
    make_folder(target)
    for student in students:
        try:
            texts = student.render()
            _write(make_folder(target / student.folder), texts)
            student.keep()
        except (HostError, CourseError):
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


def render_work(work: Work, at: datetime, stages: Mapping[str, Stage] | None, solve: Solve) -> Mapping[str, str]:
    """Return a student's files by name, as far as the stages of the exercises show them; with None, all of it.

    `at` is the moment of which they tell; `solve` is asked only where some stage shows solutions.
    """
    solutions = solve(work.evidence) if stages is not None and "solutions" in stages.values() else {}
    told = explain_missing(work.report, work.evidence, list_code(work.sources.values()))
    ends = find_request_ends(work.course, work.report.student)
    ends = {exercise: end for exercise, end in ends.items() if at <= end}
    report = withhold(told, stages, work.receipt)
    shown = replace(work, report=report, stages=stages, solutions=solutions, request_ends=ends)
    if stages is not None and not shown.report.exercises:
        page = render_receipt(work.course.file.title, shown.report)
        return {PAGE: page, MARKDOWN: render_markdown_receipt(shown.report), REPORT_TEXT: render_text(shown.report)}
    text = render_text(shown.report, override=shown.override)
    texts = {PAGE: render_page(shown), MARKDOWN: render_markdown(shown), REPORT_TEXT: text}
    answers = render_answers(shown)
    texts |= {ANSWERS: answers} if answers else {}
    return texts | ({NOTEBOOK: build_notebook(shown)} if shown.sources else {})


def render_refused(course: Course, student: str, reason: str) -> Mapping[str, str]:
    """Return the files of a student whose own could not be read."""
    return {
        PAGE: render_refusal(course.file.title, student, reason),
        MARKDOWN: render_markdown_refusal(student, reason),
    }


def read_work(course: Course, folder: Path) -> Work:
    """Return what the output folder of a student holds.

    Raises:
        UsageError: it holds no report, or one that belongs to other evidence or another version of the course.
    """
    evidence, report = _read_judged(course, folder)
    return Work(course, report, evidence, read_sources(folder, evidence))


def _read_judged(course: Course, folder: Path) -> tuple[Evidence, Report]:
    """Return evidence and report of a student, where the one was made of the other by this course."""
    evidence, report = read_evidence(folder), read_report(folder)
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


@dataclass(frozen=True)
class Measured:
    """What is known of a class, by assignment: what is open in it, and how the scores are spread."""

    left: Mapping[str, Left] = field(default_factory=dict)
    spreads: Mapping[str, Spreads] = field(default_factory=dict)


def measure_class(course: Course, out: Path, at: datetime) -> Measured:
    """Return what is known of the class of a batch; nothing where a report cannot be read.

    Who cannot be read may wait for anything: then nobody knows, and feedback waits.
    """
    try:
        reports = [strip_report(_read_judged(course, folder)[1]) for folder in find_evidence(out)]
    except UsageError:
        return Measured()
    pairs = [(report, report) for report in reports]  # a folder knows no marks
    return Measured(measure_left(course, reports, at), measure_spreads(course, pairs, at))


def _render_folder(
    course: Course, folder: Path, *, at: datetime, measured: Measured, solve: Solve
) -> Mapping[str, str]:
    work = read_work(course, folder)
    stages = find_stages(course, work.report.student, at, measured.left)
    seen = choose_spreads(course, stages, measured.spreads)
    return render_work(replace(work, class_scores=seen), at, stages, solve)


def _refuse(course: Course, row: Mapping[str, str]) -> Mapping[str, str]:
    return render_refused(course, row["student"], row["reason"])


def _write(folder: Path, texts: Mapping[str, str]) -> None:
    """Write a student's files together; what an earlier run wrote and this one did not is taken away."""
    write_together({folder / name: text for name, text in texts.items()})
    for name in {PAGE, NOTEBOOK, MARKDOWN, ANSWERS} - texts.keys():
        try:
            (folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise blame(f"{folder / name} cannot be removed, and is of an earlier run", error) from error
