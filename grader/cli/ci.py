"""`grader ci`: what a pull request, a merge request or Gradescope runs."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import click

from grader import pipeline
from grader.batch import BatchOptions, EntryResult, render_summary
from grader.batch.summary import DEFAULT_WIDTH
from grader.ci.annotations import build_annotations
from grader.ci.gradescope_run import Gradescope, read_gradescope
from grader.ci.grading import (
    GradingContext,
    Outcome,
    grade_change,
    grade_paths,
    refuse_changed_course,
    refuse_proposed_course,
)
from grader.ci.lateness import describe_lateness
from grader.ci.publishing import Publishing
from grader.ci.write import INDEX, append, is_refused, render_outputs, write_outcome
from grader.cli.app import EXIT_BELOW, EXIT_OURS, EXIT_USAGE
from grader.cli.choice import CoursePlace
from grader.cli.ci_options import CiSetting, ci_options
from grader.cli.options import PointsType, Setting, json_option, setting_options
from grader.cli.progress import progress_bar
from grader.cli.running import make_ready
from grader.cli.screen import publish, say, show
from grader.cli.variants import variants_option
from grader.course import Course
from grader.errors import GraderError, SandboxError
from grader.late import LatePolicy, build_policy
from grader.report.annotations import render_annotations
from grader.report.escape import markdown
from grader.sandbox import scratch_folder
from grader.spec.packages import find_version
from grader.spec.requirements import render_requirements


@click.command("ci")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE_OR_DIR]…")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("grader-report"),
    show_default=True,
    metavar="DIR",
    help="Where reports for students go, in every form.",
)
@json_option("the outcome, the same as in ci.json,")
@click.option(
    "--fail-under",
    type=PointsType(),
    metavar="POINTS",
    help="Exit with 1 where a student's score is below this, or a submission is refused. Without it: never.",
)
@click.option(
    "--requirements",
    "wants_requirements",
    is_flag=True,
    help="Grade nothing: print what pip has to install for this course beside the grader, for `pip install -r`.",
)
@ci_options
@variants_option
@setting_options
def command(  # noqa: PLR0913 - one for each option
    *,
    paths: tuple[Path, ...],
    out: Path,
    json_place: str | None,
    fail_under: Fraction | None,
    wants_requirements: bool,
    ci: CiSetting,
    variants: Path | None,
    setting: Setting,
) -> None:
    """Grade the submissions that a change touches, or the files named, and report in the forms that services read.

    On GitHub the change comes from the event; elsewhere from --base and --head. Submissions are read from the head
    as data, whole; the course and the grader must not come from it.
    """
    if wants_requirements:
        place = choose_trusted_course(paths, ci, setting)
        show(render_requirements(place.folder, find_version))
        return
    try:
        outcome, lateness, gradescope = _grade(paths, out, ci, setting, variants)
        write_outcome(outcome, lateness, out, ci.assignment_of(outcome))
        if gradescope is not None:
            gradescope.deliver(outcome, out)
    except SandboxError as error:
        if ci.summary is not None:
            with suppress(GraderError):  # a full disk may well be the same one; the first error is the one to tell
                append(
                    ci.summary,
                    f"## Not graded because of a mistake on our side\n\nNo points are lost. {markdown(str(error))}\n",
                )
        raise
    _publish(outcome, out, json_place, ci)
    raise SystemExit(find_status(outcome, fail_under))


def _grade(
    paths: tuple[Path, ...], out: Path, ci: CiSetting, setting: Setting, variants: Path | None
) -> tuple[Outcome, str, Gradescope | None]:
    ready = make_ready(choose_trusted_course(paths, ci, setting), setting)
    ready = ready.give_variants(variants, ci.list_graded(paths))
    with progress_bar() as on_done, scratch_folder() as scratch, scratch_folder() as unpublished:
        # What lies in `out` is uploaded, also where this command fails half-way: staff's reports never lie there.
        options = BatchOptions(isolation=ready.isolation, limits=ready.limits, on_done=on_done, audience="student")
        course = ready.grader.course
        folder = out if course.release is None else unpublished
        context = GradingContext(ready.grader, ready.folder, ready.open_sandbox, folder, options)
        if ci.gradescope is not None:
            gradescope = read_gradescope(ci.gradescope)
            context = _publish_at(context, ci, gradescope.at)
            outcome = grade_paths(context, [gradescope.submission], lambda _path: gradescope.student)
            due = None if gradescope.due is None else LatePolicy(due=gradescope.due)
            return outcome, _describe_lateness(outcome, ci.late_policy or due, course, gradescope.at), gradescope
        if paths:
            outcome = grade_paths(_publish_at(context, ci, ci.at), paths, ci.owner_of)
            return outcome, _describe_lateness(outcome, ci.late_policy, course, ci.at) if ci.at else "", None
        change, at = ci.build_change()
        context = _publish_at(context, ci, at)
        outcome = grade_change(context, change, scratch)
        return outcome, _describe_lateness(outcome, ci.late_policy, course, at), None


def _describe_lateness(outcome: Outcome, given: LatePolicy | None, course: Course, at: datetime | None) -> str:
    """Return how late the graded students are: by the policy that was given, else by each assignment's own."""
    policies = list(map(build_policy, course.assignments)) if given is None else [given]
    students = [one.collected.entry.student for one in outcome.graded] or [""]
    return describe_lateness(policies, students, at)


def _publish_at(context: GradingContext, ci: CiSetting, received_at: datetime | None) -> GradingContext:
    """Return what grades, with what is published now where the course withholds something."""
    if context.grader.course.release is None:
        return context
    at = ci.release_at or datetime.now(UTC)
    options = context.options
    publishing = Publishing(context.grader, context.open_sandbox, options.isolation, options.limits, at, received_at)
    # The log can be read by students: what is told there is told of what is published, at the end.
    return replace(context, publishing=publishing, options=replace(options, on_done=None))


def choose_trusted_course(paths: tuple[Path, ...], ci: CiSetting, setting: Setting) -> CoursePlace:
    """Return where the course lies, once it is clear that it does not come from what is graded.

    Raises:
        UsageError: there is none, or it does; nothing of it was imported.
    """
    graded = ci.list_graded(paths)
    place = setting.chosen.find(graded)
    if graded:
        if ci.gradescope is None and ci.proposed is not None:
            refuse_proposed_course(ci.proposed, place.folder)
    elif ci.names_commits:
        refuse_changed_course(ci.build_change()[0], place.folder)
    return place


def find_status(outcome: Outcome, fail_under: Fraction | None) -> int:
    """Return the exit status: ours first, then a change that was refused whole, then the scores."""
    if any(pipeline.is_ungraded(report) for report in outcome.reports):
        say("grader: error: something is ungraded because of a mistake on our side; run this job again")
        return EXIT_OURS
    if outcome.is_refused:
        say(
            "grader: error: this change touches more than a submission of its author, and was not graded: "
            "take the rest out of it, or pass it over with --outside ignore"
        )
        return EXIT_USAGE
    published = [report for report in outcome.reports if report.exercises]  # a status tells as much as a score
    below = fail_under is not None and any(report.score < fail_under for report in published)
    if below or (fail_under is not None and is_refused(outcome)):
        say(f"grader: a score is below {fail_under}, or a submission was refused")
        return EXIT_BELOW
    return 0


def _publish(outcome: Outcome, out: Path, json_place: str | None, ci: CiSetting) -> None:
    """Tell the log, the step summary, the step's outputs and the files view of the pull request."""
    results = [graded.result for graded in outcome.graded if graded.result is not None]
    publish(_render_log(outcome, results, ci), (out / INDEX).read_text(encoding="utf-8"), json_place)
    if ci.summary is not None:
        append(ci.summary, (out / "summary.md").read_text(encoding="utf-8"))
    if ci.outputs is not None:
        append(ci.outputs, render_outputs(outcome))


def _render_log(outcome: Outcome, results: Sequence[EntryResult], ci: CiSetting) -> str:
    """Return the table, and what the runner may obey: workflow commands that mark lines."""
    table = render_summary(results, width=DEFAULT_WIDTH)
    if not ci.annotations:
        return table
    # Everything shown is escaped already; that nobody has to believe it, the runner is told to obey nothing here.
    token = secrets.token_hex(16)
    return f"::stop-commands::{token}\n{table}::{token}::\n{render_annotations(build_annotations(outcome))}"
