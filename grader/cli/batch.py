"""`grader batch`: a class."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.batch import BatchOptions, OnDone, Setup, render_rows, render_summary, run_batch
from grader.batch.summary import DEFAULT_WIDTH as TABLE_WIDTH
from grader.batch.versions import keep_version
from grader.changes import CourseVersion, describe_version
from grader.cli.app import EXIT_OURS
from grader.cli.options import Setting, json_option, setting_options
from grader.cli.progress import progress_bar
from grader.cli.running import Ready, prepare
from grader.cli.screen import look, note, publish, say
from grader.cli.variants import variants_option
from grader.git import parse_ref
from grader.layouts import LAYOUTS, PLAIN, Arrival, Reading, git
from grader.session import OpenSandbox
from grader.submission.naming import split_extension

if TYPE_CHECKING:
    from grader.gradebook import Person

LOCAL, DASK = "local", "dask://"


@click.command("batch")
@click.argument("source", type=click.Path(exists=True, path_type=Path), metavar="DIR|ARCHIVE|FILE")
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Where reports go."
)
@click.option(
    "--layout",
    type=click.Choice([*LAYOUTS, PLAIN]),
    help="How it is laid out; else found by the names: the one that all of them fit, or plain, each entry a student.",
)
@click.option(
    "--roster",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Who is who in the course: CSV, the same as for export; who is not on it is refused.",
)
@click.option(
    "--ref",
    "refs",
    multiple=True,
    metavar="NAME",
    help="The tag, branch or commit of bare Git repositories that is graded, else HEAD; of several the first there is.",
)
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Students at the same time; else one a core.")
@click.option(
    "--executor",
    default=LOCAL,
    show_default=True,
    metavar="local|dask://HOST:PORT",
    help="Where students' code runs: on this machine, or on the workers of a Dask scheduler.",
)
@click.option(
    "--db", metavar="URL", help="Also keep reports, evidence and files in this gradebook, such as sqlite:///grades.db."
)
@click.option(
    "--figures",
    is_flag=True,
    help="Draw the figures of notebooks, for staff to see them in OUT/<student>/executed; of who is run now.",
)
@json_option("a list of the students, the same as in batch.json,")
@variants_option
@setting_options
def command(  # noqa: PLR0913 - one for each option
    *, source: Path, out: Path, layout: str | None, roster: Path | None, refs: tuple[str, ...], jobs: int | None,
    executor: str, db: str | None, figures: bool, json_place: str | None, variants: Path | None, setting: Setting,
) -> None:  # fmt: skip
    """Grade a class, and write a folder for each student and batch.json.

    DIR, or a zip or tar, holds an entry for each student, which may be a bare Git repository, or is a download of
    Canvas, Moodle, Blackboard, Brightspace or Gradescope. FILE, or the folder of one student in an earlier batch, is
    graded alone; the rest of OUT stays.

    Started again, it runs only what has changed and judges the rest from stored evidence.
    """
    check_executor(executor, draws_figures=figures)
    reading = _build_reading(layout, roster, refs)
    # An archive's own folder is nobody's work.
    graded = (source,) if source.is_dir() or split_extension(source.name)[1] else ()
    ready = replace(prepare(setting, graded, variants), draws_figures=figures)
    version = describe_version(ready.grader.course, ready.folder)
    with (
        choose_executor(executor, ready, out, jobs) as (open_sandbox, options),
        progress_bar() as shown,
        optional_recorder(db, shown, out, ready, version) as on_done,
    ):
        how = replace(options, on_done=on_done, reading=reading, on_arrival=partial(_tell, db))
        summary = run_batch(ready.grader, open_sandbox, source, out, how)
    keep_version(out, version)
    if figures and (reused := sum(result.reused for result in summary.results)):
        say(f"grader: {reused} students were not run again, and their notebooks are as they were; --out another folder")
    rows = render_rows(summary.results, ready.grader.course.assignment)
    publish(render_summary(summary.results, **look(TABLE_WIDTH)), rows, json_place)
    if summary.is_ungraded:
        say("grader: error: something is ungraded; mend what is named above, or run the same command again")
        raise SystemExit(EXIT_OURS)


def _build_reading(layout: str | None, roster: Path | None, refs: tuple[str, ...]) -> Reading:
    people = None if roster is None else _load_roster(roster)
    if not refs:
        return Reading(layout, people)
    if layout not in {None, git.NAME}:
        raise click.BadParameter(
            f"it names a commit of Git repositories: expected --layout {git.NAME}", param_hint="--ref"
        )
    return Reading(git.NAME, people, tuple(map(parse_ref, refs)))


def _load_roster(path: Path) -> list[Person]:
    from grader.gradebook.roster import load_roster  # noqa: PLC0415 - a batch without a roster needs no database

    return load_roster(path)


def _tell(db: str | None, arrival: Arrival) -> None:
    """Say what was understood, and what is odd about it, before anybody is graded."""
    note(f"grader: {arrival.summary}")
    for reason in arrival.told:
        say(f"grader: warning: {reason}")
    if db is not None and (count := arrival.count_timeless()):
        say(
            f"grader: warning: the download does not say when {count} of the students submitted: "
            "the gradebook takes the moment when their files were last changed"
        )


def check_executor(executor: str, *, draws_figures: bool) -> None:
    """Refuse what is neither this machine nor a scheduler's address, before anything is read or run.

    Figures are drawn on this machine alone.
    """
    if executor != LOCAL and not (executor.startswith(DASK) and executor != DASK):
        raise click.BadParameter(f"{executor!r}: expected local or dask://HOST:PORT", param_hint="--executor")
    if draws_figures and executor != LOCAL:
        raise click.BadParameter(
            "figures are drawn on this machine alone: expected --executor local", param_hint="--figures"
        )


@contextmanager
def choose_executor(
    executor: str, ready: Ready, out: Path, jobs: int | None
) -> Iterator[tuple[OpenSandbox, BatchOptions]]:
    """Yield how sandboxes are opened and the batch is run: on this machine, or on a cluster while it is connected."""
    options = BatchOptions(isolation=ready.isolation, limits=ready.limits)
    hidden = tuple(map(str, ready.hidden))
    if executor == LOCAL:
        setup = Setup(
            course=str(ready.folder.resolve()),
            course_sha256=ready.grader.course.sha256,
            assignment=ready.grader.course.assignment,
            out=str(out.resolve()),
            isolation=ready.isolation,
            limits=ready.limits,
            hidden=hidden,
            variants="" if ready.variants is None else str(ready.variants.resolve()),
            draws_figures=ready.draws_figures,
        )
        yield ready.open_sandbox, replace(options, jobs=jobs or len(os.sched_getaffinity(0)), processes=setup)
        return
    from grader.batch.cluster import connect  # noqa: PLC0415 - one machine needs no cluster's package

    with connect(executor, ready.grader, ready.isolation, ready.limits, hidden) as cluster:
        yield cluster.open_sandbox, replace(options, jobs=jobs or cluster.in_flight)


@contextmanager
def optional_recorder(
    db: str | None, on_done: OnDone, out: Path, ready: Ready, version: CourseVersion
) -> Iterator[OnDone]:
    """Yield what is called for each student: `on_done`, and before it the gradebook where one is asked for."""
    if db is None:
        yield on_done
        return
    from grader.cli.gradebook_recorder import gradebook_recorder  # noqa: PLC0415 - a batch without a gradebook needs no database

    with gradebook_recorder(db, on_done, out, ready, version) as recorded:
        yield recorded
