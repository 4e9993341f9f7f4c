"""`grader review`: the page on which people mark texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from grader.cli.options import course_option, db_option
from grader.cli.screen import say, show
from grader.course import Course
from grader.errors import UsageError
from grader.gradebook import Gradebook
from grader.report.escape import escape
from grader.spec import choose_course, load_course

PORT = 8765


@click.command("review")
@db_option
@click.option(
    "--marker",
    "markers",
    multiple=True,
    required=True,
    metavar="NAME",
    help="Who marks; may be given several times. Each gets a link of their own.",
)
@click.option(
    "--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="An address of this machine only."
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=PORT,
    show_default=True,
    metavar="N",
    help="Where the page is served; 0 takes a free port.",
)
@click.option(
    "--twice",
    type=click.IntRange(0, 100),
    default=0,
    show_default=True,
    metavar="PERCENT",
    help="How many texts in a hundred a second person marks too, blind.",
)
@course_option
def command(  # noqa: PLR0913 - one for each option
    *, db: str, markers: tuple[str, ...], host: str, port: int, twice: int, course_folder: Path | None
) -> None:
    """Serve the page on which people mark texts by the rubrics, until Ctrl+C.

    It is reached from this machine alone, by a link that works once and is printed here. Marks are kept in the
    gradebook as they are saved.
    """
    course = load_course(choose_course(course_folder, ()))
    names = check_markers(markers)
    serve_review(course, db, names, host=host, port=port, percent_twice=twice)


def check_markers(markers: tuple[str, ...]) -> tuple[str, ...]:
    """Return the markers' names, each once.

    Raises:
        UsageError: one is empty.
    """
    names = tuple(dict.fromkeys(marker.strip() for marker in markers))
    if not all(names):
        raise UsageError("--marker '': expected a name, which stands beside every mark in the gradebook")
    return names


def serve_review(course: Course, db: str, markers: tuple[str, ...], **place: Any) -> None:
    """Open the gradebook and serve it.

    Raises:
        UsageError: the gradebook, the address or the packages for a server cannot be used.
    """
    try:
        from grader.review.server import Settings, check_host, serve  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        if error.name not in {"rapidfuzz", "starlette", "uvicorn"}:
            raise
        raise UsageError(f"grader review needs {error.name}: pip install 'numgrade[review]'") from error
    settings = Settings(markers, **place)
    check_host(settings.host)
    with Gradebook.open(db, create=False) as book:
        tell_of_others(course, book)
        show("Ctrl+C ends it; what is saved is kept.\n")
        serve(course, book, settings, tell_link)
    show("grader review has ended.\n")


def tell_link(who: str, link: str) -> None:
    """Print a link for a marker."""
    show(f"For {escape(who)}, to be opened once: {link}\n")


def tell_of_others(course: Course, book: Gradebook) -> None:
    """Say so where there is nothing to mark, or not by this version of the course."""
    texts = book.texts()
    if not texts:
        say("grader: warning: nobody has submitted a text that a person marks")
    verdicts = book.verdicts()
    others = {text.student for text in texts if verdicts[text.attempt_id].course_sha256 != course.sha256}
    if others:
        whose = "1 student" if len(others) == 1 else f"{len(others)} students"
        say(
            f"grader: warning: the work of {whose} was judged by another version of the course, and cannot be shown: "
            "run `grader judge OUT --db URL`, where OUT is the folder of the batch"
        )
