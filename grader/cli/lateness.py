"""Which late policy counts: the course's, or that of a file in its place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Any

import click

from grader.cli.screen import note, say
from grader.course import Course
from grader.errors import list_some
from grader.late import NO_POLICY, LatePolicy, build_course_policy
from grader.report.escape import escape
from grader.report.points import format_points
from grader.spec.late import load_late

_LISTED, _NAME = 20, 60  # names that are shown, and characters of each


def late_option(help_: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the option of every command that tells final scores."""
    kind = click.Path(exists=True, dir_okay=False, path_type=Path)
    return click.option("--late", type=kind, metavar="FILE", help=help_)


def choose_policy(course: Course | None, late: Path | None) -> LatePolicy:
    """Return the policy that counts, and say in one line which it is.

    Args:
        course: whose assignments say when work is due; None where there is none.
        late: the file that --late names.

    Raises:
        CourseError: the file holds no policy.
        UsageError: the course's assignments are due at different moments, and no file says what counts.
    """
    if late is not None:
        policy, source = load_late(late), str(late)
    elif course is not None:
        policy, source = build_course_policy(course.assignments), f"course.yaml of {course.file.id}"
        source = f"{course.assignment} in {source}" if course.assignment else source
    else:
        policy, source = NO_POLICY, "no course here, and no --late FILE"
    note(f"grader: lateness: {describe_policy(policy)} ({source})")
    return policy


def describe_policy(policy: LatePolicy) -> str:
    """Return in words what a policy takes."""
    if policy.due is None:
        return "nothing is due, and nothing is taken off"
    told = [f"due {policy.due.isoformat(timespec='minutes')}"]
    if policy.extensions:
        told.append(f"{len(policy.extensions)} extension{'' if len(policy.extensions) == 1 else 's'}")
    if policy.percent_per_day:
        told.append(f"{format_points(policy.percent_per_day)} % a day")
        told.append(f"at most {format_points(policy.at_most_percent)} %")
    if policy.cut_off_days is not None:
        told.append(f"nothing counts after {format_points(policy.cut_off_days)} days")
    return ", ".join(told) if policy.costs else f"{', '.join(told)}, and nothing is taken off"


def warn_of_unknown(what: str, named: Iterable[str], known: Collection[str]) -> None:
    """Warn in one line of the students that are named somewhere and not known; `what` says what that means."""
    warn_of(what, set(named) - set(known))


def warn_of(what: str, students: Iterable[str]) -> None:
    """Warn in one line of these students, if there are any; `what` says what is with them."""
    listed = [escape(name[:_NAME]) for name in sorted(students)]
    if listed:
        say(f"grader: warning: {what}: {list_some(listed, _LISTED)}")
