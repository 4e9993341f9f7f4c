"""Serves the pages on an address of this machine that nobody else's machine reaches."""

from __future__ import annotations

import ipaddress
import secrets
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import uvicorn

from grader.course import Course
from grader.errors import GraderError, UsageError, blame
from grader.gradebook import Gradebook
from grader.review.app import build_app
from grader.review.review import Review
from grader.review.sessions import Sessions

MAX_REQUESTS = 100  # at the same time


@dataclass(frozen=True)
class Settings:
    """Who marks, at which address and port (0 takes a free one), and how many texts in a hundred two people mark."""

    markers: Sequence[str]
    host: str
    port: int
    percent_twice: int = 0


def serve(course: Course, book: Gradebook, settings: Settings, announce: Callable[[str, str], None]) -> None:
    """Serve until interrupted.

    Args:
        course: with the rubrics.
        book: where marks are kept.
        settings: who marks, and where.
        announce: called with a marker's name and the link that works once.

    Raises:
        UsageError: the address is not this machine's own, or the port is taken.
    """
    host = check_host(settings.host)
    with _listen(host, settings.port) as listener:
        port = listener.getsockname()[1]
        origin = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        sessions = Sessions(settings.markers, lambda who, token: announce(who, f"{origin}/enter/{token}"))
        base = f"/{secrets.token_urlsafe(16)}"
        review = Review(course, book, sessions, base, percent_twice=settings.percent_twice)
        config = uvicorn.Config(
            build_app(review, origin),
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            ws="none",
            lifespan="off",
            limit_concurrency=MAX_REQUESTS,
            timeout_graceful_shutdown=2,
        )
        sessions.offer_links()
        with suppress(KeyboardInterrupt), _background_reader(review):  # how this program is ended
            uvicorn.Server(config).run(sockets=[listener])


@contextmanager
def _background_reader(review: Review) -> Iterator[None]:
    """Read all texts beside what is served; nobody reads them any more once that has ended."""
    ended = threading.Event()
    thread = threading.Thread(target=_read_ahead, args=(review, ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _read_ahead(review: Review, ended: threading.Event) -> None:
    with suppress(GraderError):  # a page that needs it meets it again, and says so
        review.read_all_texts(ended)


def check_host(host: str) -> str:
    """Return the address to serve on.

    Raises:
        UsageError: other machines would reach it.
    """
    if host == "localhost":
        return "127.0.0.1"
    with suppress(ValueError):
        if ipaddress.ip_address(host).is_loopback:
            return host
    raise UsageError(
        f"--host {host}: other machines would reach it, and students' work would cross the network unencrypted. "
        "That needs accounts and TLS, which grader review does not have: expected 127.0.0.1 or localhost. "
        "From another machine, use an SSH tunnel: ssh -L 8765:127.0.0.1:8765 this-machine"
    )


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()  # before anybody reads the link
    except OSError as error:
        listener.close()
        raise blame(f"--port {port} of {host} cannot be used; take another, or 0 for a free one", error) from error
    return listener
