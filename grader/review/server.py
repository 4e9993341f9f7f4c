"""Serves the pages: on this machine's own address, or to others over TLS and to who has an account."""

from __future__ import annotations

import gc
import ipaddress
import secrets
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn

from grader.course import Course
from grader.errors import GraderError, UsageError, blame
from grader.gradebook import Gradebook
from grader.review.accounts import Accounts
from grader.review.app import build_app
from grader.review.connections import Bounds, build_protocol
from grader.review.guard import SOCKET
from grader.review.review import Review
from grader.review.sessions import Sessions
from grader.review.sign_in import SignIn

BOUNDS = Bounds()


@dataclass(frozen=True)
class Public:
    """What it takes to serve other machines.

    Args:
        origin: the address that browsers open, such as `https://marks.example.org`.
        accounts: who may sign in.
        certificate: the file with the certificate and those that it rests on; None behind a proxy.
        key: the file with its private key; None behind a proxy.
        proxy: the address from which a proxy asks that has TLS; empty where browsers ask directly.
        socket: where in the file system such a proxy asks; None where it, or a browser, asks at an address.
    """

    origin: str
    accounts: Accounts
    certificate: Path | None = None
    key: Path | None = None
    proxy: str = ""
    socket: Path | None = None


@dataclass(frozen=True)
class Settings:
    """Who marks, at which address and port (0 takes a free one), and how many texts in a hundred two people mark.

    Markers get links, for a browser on this machine. With `public` they have accounts instead. The course lies in
    `folder`; without it no rubric can be changed.
    """

    markers: Sequence[str]
    host: str
    port: int
    percent_twice: int = 0
    public: Public | None = None
    folder: Path | None = None
    bounds: Bounds = BOUNDS


def serve(course: Course, book: Gradebook, settings: Settings, announce: Callable[[str, str], None]) -> None:
    """Serve until interrupted.

    Args:
        course: with the rubrics.
        book: where marks are kept.
        settings: who marks, and where.
        announce: called with a marker's name and the link that works once; with accounts, with nobody's and the
            address of the page.

    Raises:
        UsageError: the address, the port or the certificate cannot be used.
    """
    public = settings.public
    if public is None:
        host = check_host(settings.host)
    else:
        host = settings.host
        check_certificate(public)
    place = None if public is None else public.socket
    with _listen(host, settings.port) if place is None else _listen_at(place) as listener:
        origin = _name_own(listener) if public is None else public.origin
        sessions = Sessions(settings.markers, lambda who, token: announce(who, f"{origin}/enter/{token}"))
        review = _build_review(course, book, sessions, settings)
        config = uvicorn.Config(
            build_app(review, origin, _name_proxy(public)),
            ssl_certfile=None if public is None else public.certificate,
            ssl_keyfile=None if public is None else public.key,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            ws="none",
            lifespan="off",
            http=build_protocol(settings.bounds),
            limit_concurrency=settings.bounds.connections + 1,  # it counts the one that asks, too
            timeout_graceful_shutdown=2,
        )
        sessions.offer_links()
        if public is not None:
            announce("", f"{origin}/")
        with suppress(KeyboardInterrupt), _background_reader(review):  # how this program is ended
            uvicorn.Server(config).run(sockets=[listener])


def _build_review(course: Course, book: Gradebook, sessions: Sessions, settings: Settings) -> Review:
    if settings.public is None:
        base = f"/{secrets.token_urlsafe(16)}"
        return Review(course, book, sessions, base, percent_twice=settings.percent_twice, folder=settings.folder)
    sign_in = SignIn(settings.public.accounts, book.review_log.add_sign_in)
    # The prefix holds a browser to the cookie's scope: this name alone, encrypted, set by nobody else.
    places = "/review", "__Host-grader_review"
    percent, folder = settings.percent_twice, settings.folder
    return Review(course, book, sessions, *places, percent, sign_in=sign_in, folder=folder)


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
    gc.collect()
    gc.freeze()  # what imports, course and texts hold stays: not to be looked through while somebody waits for a page


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
        f"--host {host}: other machines would reach it. That needs accounts and TLS: --accounts FILE, --origin URL and "
        "--tls-cert with --tls-key, or --behind-proxy. Without them expected 127.0.0.1 or localhost; from another "
        "machine, use an SSH tunnel: ssh -L 8765:127.0.0.1:8765 this-machine"
    )


def check_origin(origin: str) -> str:
    """Return the address that browsers open, as they say it themselves.

    Raises:
        UsageError: it is no such address, or one without TLS.
    """
    try:
        parts = urlsplit(origin)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    place = parts.hostname or ""
    is_plain = parts.path in {"", "/"} and not parts.query and not parts.fragment and "@" not in parts.netloc
    if parts.scheme != "https" or not is_plain or not place.isascii() or not place.strip(".*"):
        raise UsageError(f"--origin {origin}: expected https:// and a name, such as https://marks.example.org")
    shown = f"[{place}]" if ":" in place else place
    return f"https://{shown}" if port in {None, 443} else f"https://{shown}:{port}"


def check_certificate(public: Public) -> None:
    """Check that the certificate can be read and its key belongs to it.

    Raises:
        UsageError: it cannot, or does not.
    """
    if public.certificate is None:
        return
    try:
        # A key behind a password would be asked for at a terminal where nobody sits.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(public.certificate, public.key, lambda: "")
    except ssl.SSLError as error:
        raise UsageError(
            f"--tls-cert {public.certificate}, --tls-key {public.key}: expected a certificate and its private key as "
            f"PEM, without a password: {error.reason or error}"
        ) from error
    except OSError as error:
        raise blame(f"--tls-cert {public.certificate}, --tls-key {public.key}: cannot be read", error) from error


def _name_proxy(public: Public | None) -> str:
    if public is None:
        return ""
    return public.proxy if public.socket is None else SOCKET


def _name_own(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@contextmanager
def _listen_at(place: Path) -> Iterator[socket.socket]:
    """Yield what listens at a place in the file system, for this account alone; it is gone afterwards."""
    listener = socket.socket(socket.AF_UNIX)
    try:
        _remove_old(place)
        listener.bind(str(place))
        place.chmod(0o600)
        listener.listen()  # only from now on can anybody connect
    except OSError as error:
        listener.close()
        raise blame(f"--socket {place} cannot be used", error) from error
    with listener:
        try:
            yield listener
        finally:
            place.unlink(missing_ok=True)


def _remove_old(place: Path) -> None:
    """Remove the socket of a program that died.

    Raises:
        OSError: something else is there, or one at which a program listens.
    """
    if not place.is_socket() or place.is_symlink():
        return  # what else is there stays: it cannot be bound to
    with socket.socket(socket.AF_UNIX) as other:
        try:
            other.connect(str(place))
        except ConnectionRefusedError:
            place.unlink()


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
