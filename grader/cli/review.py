"""`grader review`: the page on which people mark texts."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.cli.choice import CourseChoice
from grader.cli.options import course_options, db_option
from grader.cli.screen import say, show
from grader.course import Course
from grader.errors import UsageError
from grader.gradebook import Gradebook
from grader.report.escape import escape

if TYPE_CHECKING:
    from grader.review.server import Public

PORT = 8765


@click.command("review")
@db_option
@click.option(
    "--marker",
    "markers",
    multiple=True,
    metavar="NAME",
    help="Who marks; may be given several times. Each gets a link of their own. Not with --accounts.",
)
@click.option(
    "--accounts",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Who may sign in from other machines; `grader password` writes it.",
)
@click.option(
    "--origin", metavar="URL", help="The address that their browsers open, such as https://marks.example.org."
)
@click.option("--tls-cert", type=click.Path(path_type=Path), metavar="FILE", help="The certificate for it, as PEM.")
@click.option("--tls-key", type=click.Path(path_type=Path), metavar="FILE", help="The certificate's private key.")
@click.option(
    "--behind-proxy",
    "proxy",
    is_flag=False,
    flag_value="127.0.0.1",
    metavar="ADDRESS",
    help="A proxy that has TLS passes requests on from this address; without one: 127.0.0.1.",
)
@click.option(
    "--socket",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Listen for such a proxy at a socket in the file system, which other accounts of the machine cannot open.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="ADDRESS",
    help="Where to listen; other than on this machine alone only with accounts and TLS.",
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
@course_options
def command(  # noqa: PLR0913 - one for each option
    *,
    db: str,
    markers: tuple[str, ...],
    accounts: Path | None,
    origin: str | None,
    tls_cert: Path | None,
    tls_key: Path | None,
    proxy: str | None,
    socket: Path | None,
    host: str,
    port: int,
    twice: int,
    chosen: CourseChoice,
) -> None:
    """Serve the page on which people mark texts by the rubrics, until Ctrl+C.

    It is reached from this machine alone, by a link that works once and is printed here; with --accounts and TLS from
    other machines, too. Marks are kept in the gradebook as they are saved.
    """
    found = chosen.find()
    course = found.load()
    place: dict[str, Any] = {"host": host, "port": port, "percent_twice": twice, "folder": found.folder}
    wish = Wish(accounts, origin, tls_cert, tls_key, proxy, socket)
    if not wish.is_public:
        serve_review(course, db, check_markers(markers), **place)
        return
    if markers:
        raise UsageError("--marker and --accounts: expected one of the two; with accounts, each marks under their own")
    serve_review(course, db, (), wish, **place)


@dataclass(frozen=True)
class Wish:
    """What was asked for to serve other machines."""

    accounts: Path | None = None
    origin: str | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None
    proxy: str | None = None
    socket: Path | None = None

    @property
    def is_public(self) -> bool:
        """Whether anything of it was asked for."""
        return any(getattr(self, one.name) is not None for one in fields(self))

    def check(self) -> None:
        """Check that it is all that is needed.

        Raises:
            UsageError: something is missing, or too much; says all of it.
        """
        missing = []
        if self.accounts is None:
            missing.append("--accounts FILE, who may sign in (grader password writes it)")
        if self.origin is None:
            missing.append("--origin URL, the address that browsers open")
        if self.proxy is None and self.socket is None:
            missing += ["--tls-cert FILE (or --behind-proxy, or --socket)"] if self.tls_cert is None else []
            missing += ["--tls-key FILE (or --behind-proxy, or --socket)"] if self.tls_key is None else []
        if missing:
            raise UsageError(f"to serve other machines needs accounts and TLS; missing: {'; '.join(missing)}")
        if self.proxy is not None and self.socket is not None:
            raise UsageError("--behind-proxy and --socket: expected one of the two, where does the proxy ask?")
        if (self.proxy is not None or self.socket is not None) and (self.tls_cert or self.tls_key):
            option = "--socket" if self.proxy is None else "--behind-proxy"
            raise UsageError(f"{option} and --tls-cert or --tls-key: expected one of the two, who has the TLS?")
        if self.proxy is not None:
            check_address("--behind-proxy", self.proxy)


def check_address(option: str, text: str) -> None:
    """Check that an option's value is an address.

    Raises:
        UsageError: it is not.
    """
    try:
        ipaddress.ip_address(text)
    except ValueError as error:
        raise UsageError(f"{option} {text}: expected an address such as 127.0.0.1") from error


def check_markers(markers: tuple[str, ...]) -> tuple[str, ...]:
    """Return the markers' names, each once.

    Raises:
        UsageError: one is empty, or there is none.
    """
    if not markers:
        raise UsageError("who marks? expected --marker NAME; for markers at other machines, --accounts FILE and TLS")
    names = tuple(dict.fromkeys(marker.strip() for marker in markers))
    if not all(names):
        raise UsageError("--marker '': expected a name, which stands beside every mark in the gradebook")
    return names


def serve_review(course: Course, db: str, markers: tuple[str, ...], wish: Wish | None = None, **place: Any) -> None:
    """Open the gradebook and serve it.

    Raises:
        UsageError: the gradebook, the address or the packages for a server cannot be used.
    """
    with explain_missing_extra():
        from grader.review.server import Settings, check_host, serve  # noqa: PLC0415 - an extra
    settings = Settings(markers, **place)
    if wish is None:
        check_host(settings.host)
    else:
        settings = replace(settings, public=build_public(wish))
        check_address("--host", settings.host)
    with Gradebook.open_for(db, course) as book:
        tell_of_others(course, book)
        show("Ctrl+C ends it; what is saved is kept.\n")
        serve(course, book, settings, tell_link)
    show("grader review has ended.\n")


@contextmanager
def explain_missing_extra() -> Iterator[None]:
    """Say how the packages are installed that a server needs.

    Raises:
        UsageError: one is not there.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name not in {"rapidfuzz", "starlette", "uvicorn"}:
            raise
        raise UsageError(f"grader review needs {error.name}: pip install 'numgrade[review]'") from error


def build_public(wish: Wish) -> Public:
    """Return what it takes to serve other machines.

    Raises:
        UsageError: something is missing, or cannot be used.
    """
    from grader.review.accounts import load_accounts  # noqa: PLC0415 - an extra
    from grader.review.server import Public, check_certificate, check_origin  # noqa: PLC0415 - an extra

    wish.check()
    assert wish.accounts is not None  # noqa: S101 - checked
    assert wish.origin is not None  # noqa: S101 - checked
    tls = wish.tls_cert, wish.tls_key
    origin, accounts = check_origin(wish.origin), load_accounts(wish.accounts)
    public = Public(origin, accounts, *tls, proxy=wish.proxy or "", socket=wish.socket)
    check_certificate(public)
    return public


def tell_link(who: str, link: str) -> None:
    """Print a link for a marker, or for all who have an account."""
    show(f"For {escape(who)}, to be opened once: {link}\n" if who else f"For who has an account: {link}\n")


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
