"""`grader grade`: one student's submission."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from grader import pipeline
from grader.batch import render_evidence
from grader.cli.app import EXIT_BELOW, EXIT_OURS
from grader.cli.options import PointsType, Setting, exercise_option, json_option, setting_options
from grader.cli.running import collect, prepare
from grader.cli.screen import check_places, deliver, look, publish, say
from grader.cli.variants import variants_option
from grader.model import Evidence, Report, Submission, list_sources
from grader.report.missing import explain_missing


@dataclass(frozen=True)
class Output:
    """Where the report goes, and what it has to reach."""

    form: pipeline.Format
    json_place: str | None
    evidence_place: str | None
    fail_under: Fraction | None


@click.command("grade")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE_OR_DIR…")
@exercise_option
@json_option("the staff's report")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--fail-under",
    type=PointsType(),
    metavar="POINTS",
    help="Exit with 1 where the score is below this; what a person still has to mark counts as nothing.",
)
@click.option(
    "--evidence", "evidence_place", metavar="OUT", help="Also write what came out of the sandbox, for `grader judge`."
)
@click.option("--student", help="The student's name; without it the name of the first file or folder.")
@variants_option
@setting_options
def command(
    *,
    paths: tuple[Path, ...],
    exercises: tuple[str, ...],
    student: str | None,
    variants: Path | None,
    setting: Setting,
    **output: Any,
) -> None:
    """Grade one student's submission and print part scores and feedback.

    Several files and folders are one submission; they are merged the deepest first, then in name order. Data files that
    lie beside a file go with it.
    """
    wanted = Output(**output)
    ready = prepare(setting, paths, variants)
    pipeline.select_exercises(ready.grader.course, exercises)  # a wrong number should not cost a run
    submission = ready.read(paths, student)
    check_places((wanted.json_place, wanted.evidence_place), paths, submission)
    evidence = collect(ready, submission)
    if wanted.evidence_place is not None:
        deliver(render_evidence(evidence), wanted.evidence_place)
    judged = pipeline.judge(ready.grader, evidence)
    report = pipeline.filter_report(judged, exercises)
    json = pipeline.render(report, "json")
    publish(
        json if wanted.form == "json" else _render_told(judged, evidence, submission, exercises),
        json,
        wanted.json_place,
    )
    raise SystemExit(find_status(report, wanted.fail_under))


def _render_told(report: Report, evidence: Evidence, submission: Submission, exercises: tuple[str, ...]) -> str:
    """Return the text for the student, which says of what is missing what the code tells of it."""
    told = explain_missing(report, evidence, list_sources(submission))
    return pipeline.render(pipeline.filter_report(told, exercises), "text", **look())


def find_status(report: Report, fail_under: Fraction | None = None) -> int:
    """Return the exit status: our own failure comes first, for then the score says nothing."""
    if pipeline.is_ungraded(report):
        for cause in pipeline.list_causes(report):
            say(f"grader: {cause}")
        say("grader: error: something is ungraded; mend what is named above, or grade this submission again")
        return EXIT_OURS
    if fail_under is not None and report.score < fail_under:
        say(f"grader: the score is below {fail_under}")
        return EXIT_BELOW
    return 0
