"""Options of `grader ci`. What GitHub and Classroom 50 tell in the environment is read here and nowhere else."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import click

from grader.ci.event import Event, read_event
from grader.ci.gradescope_run import SUBMISSION
from grader.ci.grading import Change, Outcome, Outside
from grader.ci.write import AssignmentOf
from grader.cli.options import PointsType, TimeType
from grader.errors import UsageError
from grader.git.pattern import DEFAULT_PATTERNS, Pattern, find_place, parse_pattern
from grader.late import LatePolicy
from grader.model import Report
from grader.report.classroom50 import Assignment
from grader.submission.naming import split_extension


@dataclass(frozen=True)
class CiSetting:
    """What is to be graded, by which rules, and where the service wants its reports."""

    event: Path | None
    repository: Path
    base: str | None
    head: str | None
    author: str | None
    student: str | None
    submission_patterns: tuple[str, ...]
    outside: Outside
    edits: Literal["own", "any"]
    due: datetime | None
    grace_minutes: int
    late_percent_a_day: Fraction
    at: datetime | None
    release_at: datetime | None
    summary: Path | None
    outputs: Path | None
    annotations: bool
    gradescope: Path | None
    classroom: str | None
    classroom_assignment: str | None
    submission_tag: str | None
    commit_url: str | None
    release_url: str | None
    review_url: str | None

    def list_graded(self, paths: tuple[Path, ...]) -> tuple[Path, ...]:
        """Return the files and folders that are graded; none where a change says which."""
        return paths if self.gradescope is None else (self.gradescope / SUBMISSION,)

    @property
    def late_policy(self) -> LatePolicy | None:
        """What lateness costs by the options; None where no deadline is among them."""
        if self.due is None:
            return None
        percent = min(self.late_percent_a_day, Fraction(100))  # more than all cannot be lost
        return LatePolicy(due=self.due, grace_minutes=self.grace_minutes, percent_per_day=percent)

    @property
    def names_commits(self) -> bool:
        """Whether an option or the event names a commit to grade."""
        return self.head is not None or self._event.head is not None

    @property
    def proposed(self) -> str | None:
        """The commit that is proposed: by --head, or by the event of a pull request."""
        event = self._event
        return self.head or (event.head if event.kind == "pull_request" else None)

    @functools.cached_property
    def _event(self) -> Event:
        """The event, or one that names nothing.

        Raises:
            UsageError: its file cannot be read, or is not an event.
        """
        return read_event(self.event) if self.event is not None else Event()

    def build_change(self) -> tuple[Change, datetime | None]:
        """Return what is proposed, and when: from the options first, else from the event.

        Raises:
            UsageError: neither names a commit, or whose it is is not known.
        """
        event = self._event
        base, head = self.base or event.base, self.head or event.head
        if head is None:
            raise UsageError("nothing to grade: name files, or --base and --head, or the --event of a pull request")
        if self.head is not None and self.base is None:
            base = None  # a head that was named on its own does not belong to the event
        patterns = self.patterns(event.repository, event.author)
        author = self.author or (event.author if event.kind == "pull_request" else None)
        owned = self.edits == "own" and any(pattern.names_students for pattern in patterns)
        if owned and author is None:
            raise UsageError("whose change is this? Give --author, or --edits any where anybody may edit anything")
        change = Change(self.repository, base, head, patterns, author if owned else None, self.outside)
        return change, self.at or event.at

    def patterns(self, repository: str | None, author: str | None) -> tuple[Pattern, ...]:
        """Return where submissions lie; whose a whole repository is, says --student, its name, or the author."""
        owner = self.student or (repository or "").rpartition("/")[2] or self.author or author or ""
        return tuple(parse_pattern(text, owner) for text in self.submission_patterns)

    def owner_of(self, path: Path) -> str:
        """Return whose a named file is: --student, what a pattern says, or the file's own name."""
        patterns = self.patterns(None, self.student or "anybody")
        place = None if path.is_absolute() else find_place(patterns, path.as_posix())
        if self.student is not None:
            return self.student
        named = place is not None and any(pattern.names_students for pattern in patterns)
        return place.student if place is not None and named else split_extension(path.name or path.resolve().name)[0]

    def assignment_of(self, outcome: Outcome) -> AssignmentOf | None:
        """Return what tells Classroom 50's facts of a report; None where this is no run of Classroom 50."""
        classroom, assignment = self.classroom, self.classroom_assignment
        if classroom is None or assignment is None:
            return None
        moment = (outcome.committed_at or self.at or datetime.fromtimestamp(0, UTC)).astimezone(UTC)
        commit = outcome.commit or "0" * 40
        tag = self.submission_tag or f"submit/{moment:%Y-%m-%dT%H-%M-%SZ}-{commit[:7]}"
        link = self.commit_url or commit

        def describe(report: Report) -> Assignment:
            return Assignment(
                classroom=classroom,
                assignment=assignment,
                owner=report.student,
                submission=tag,
                commit=link,
                release=self.release_url or tag,
                review=self.review_url or link,
                committed_at=moment,
            )

        return describe


def ci_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options; the function gets them as one `ci`."""

    @functools.wraps(function)
    def packed(**given: Any) -> None:
        own = {name: given.pop(name) for name in CiSetting.__dataclass_fields__}
        function(ci=CiSetting(**own), **given)

    decorated: Callable[..., None] = packed
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated


_FILE = click.Path(dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_OPTIONS = (
    click.option("--event", type=_FILE, envvar="GITHUB_EVENT_PATH", metavar="FILE", help="GitHub's event file."),
    click.option("--repository", type=_FOLDER, default=Path(), metavar="DIR", help="The checkout; default: here."),
    click.option(
        "--base",
        metavar="REV",
        help="The commit that the change is proposed for; without it everything in --head is graded.",
    ),
    click.option("--head", metavar="REV", help="The proposed commit; it is read and never checked out."),
    click.option("--author", metavar="LOGIN", help="Whose change it is; on GitHub the event says so."),
    click.option("--student", help="Whose the files, or the whole repository, are."),
    click.option(
        "--submission-pattern",
        "submission_patterns",
        multiple=True,
        default=DEFAULT_PATTERNS,
        show_default=True,
        metavar="PATTERN",
        help="Where submissions lie; without {student} the whole repository is one student's. May be repeated.",
    ),
    click.option(
        "--outside",
        type=click.Choice(["refuse", "ignore"]),
        default="refuse",
        show_default=True,
        help="What to do where a change touches anything but a submission of its author.",
    ),
    click.option(
        "--edits",
        type=click.Choice(["own", "any"]),
        default="own",
        show_default=True,
        help="Whether authors may edit their own submission only.",
    ),
    click.option(
        "--deadline", "due", type=TimeType(), metavar="TIME", help="When the work was due, in place of course.yaml."
    ),
    click.option("--grace-minutes", type=click.IntRange(min=0), default=0, help="Minutes after it that are in time."),
    click.option(
        "--late-percent-a-day",
        type=PointsType(),
        default=Fraction(0),
        metavar="N",
        help="What each day begun would cost; shown, not taken off.",
    ),
    click.option("--at", type=TimeType(), metavar="TIME", help="When it was submitted; on GitHub the event says so."),
    click.option(
        "--release-at",
        type=TimeType(),
        metavar="TIME",
        help="The moment that counts for release.yaml; default: now. Never what a student can set, as --at may be.",
    ),
    click.option("--summary", type=_FILE, envvar="GITHUB_STEP_SUMMARY", metavar="FILE", help="Append Markdown here."),
    click.option("--outputs", type=_FILE, envvar="GITHUB_OUTPUT", metavar="FILE", help="Append step outputs here."),
    click.option(
        "--annotations/--no-annotations",
        envvar="GITHUB_ACTIONS",
        default=False,
        help="Print workflow commands that mark lines; default: on GitHub.",
    ),
    click.option("--gradescope", type=_FOLDER, metavar="DIR", help="Be the autograder in a tree like /autograder."),
    click.option("--classroom", envvar="CLASSROOM", metavar="NAME", help="Classroom 50: the classroom."),
    click.option("--classroom-assignment", envvar="ASSIGNMENT", metavar="NAME", help="Classroom 50: the assignment."),
    click.option("--submission-tag", envvar="SUBMISSION_TAG", metavar="TAG", help="Classroom 50: the tag submit/…."),
    click.option("--commit-url", envvar="COMMIT_URL", metavar="URL", help="Classroom 50: link to the commit."),
    click.option("--release-url", envvar="RELEASE_URL", metavar="URL", help="Classroom 50: link to the release."),
    click.option("--review-url", envvar="REVIEW_URL", metavar="URL", help="Classroom 50: link to the difference."),
)
