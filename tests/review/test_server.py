"""Served on this machine alone; the link is printed, and works in a browser of this machine."""

from __future__ import annotations

import http.client
import socket
import ssl
import stat
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn

from grader.errors import UsageError
from grader.gradebook import Gradebook
from grader.review.server import Public, Settings, check_certificate, check_host, check_origin, serve
from tests.review.conftest import ANSWER, GOOD


@pytest.fixture
def serve_app(request: pytest.FixtureRequest) -> Any:
    """Return the fixture `serve`, which is the name of a function here."""
    return request.getfixturevalue("serve")


def test_texts_are_read_until_the_program_ends(serve_app: Any, submit: Any) -> None:
    """Beforehand, so that no page waits for those of a class."""
    submit("ada", GOOD)
    review = serve_app("eve").review
    queue, asked = review.read_queue(ANSWER), review.asked[ANSWER]
    ended = threading.Event()
    ended.set()
    review.read_all_texts(ended)
    assert review.find_read_texts(queue, asked) is None
    review.read_all_texts(threading.Event())
    assert list(review.find_read_texts(queue, asked).values()) == [GOOD]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "example.org", "", "127.0.0.1.example.org"])  # noqa: S104 - refused
def test_other_machines_are_not_served(host: str) -> None:
    """It says what that would need, and what to do instead."""
    with pytest.raises(UsageError, match=r"accounts and TLS.*ssh -L"):
        check_host(host)


@pytest.mark.parametrize(("host", "address"), [("127.0.0.1", "127.0.0.1"), ("::1", "::1"), ("localhost", "127.0.0.1")])
def test_this_machine_is_served(host: str, address: str) -> None:
    """By its address, which cannot be made to mean another."""
    assert check_host(host) == address


def test_taken_port_is_told(exercise_5: Any, book: Gradebook) -> None:
    """With another way."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=rf"--port {port} of 127.0.0.1 cannot be used; take another, or 0"):
            serve(exercise_5.course, book, Settings(("eve",), "127.0.0.1", port), lambda *_: None)


@pytest.fixture
def start(exercise_5: Any, book: Gradebook, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Return a function that serves in a thread; it returns the links, and what ends it."""

    def run(settings: Settings) -> tuple[dict[str, str], Callable[[], None]]:
        servers: list[uvicorn.Server] = []
        links: dict[str, str] = {}
        offered = threading.Event()

        class Kept(uvicorn.Server):
            def __init__(self, config: uvicorn.Config) -> None:
                super().__init__(config)
                servers.append(self)

        def announce(who: str, link: str) -> None:
            links[who] = link
            offered.set()

        def stop() -> None:
            servers[0].should_exit = True
            thread.join(30)
            assert not thread.is_alive()

        monkeypatch.setattr(uvicorn, "Server", Kept)
        thread = threading.Thread(target=serve, args=(exercise_5.course, book, settings, announce))
        thread.start()
        assert offered.wait(30)
        return links, stop

    return run


def ask_at(place: Path, **headers: str) -> tuple[int, str]:
    """Return status and page that a proxy gets at a socket."""
    client = http.client.HTTPConnection("marks.example.org", timeout=30)
    client.sock = socket.socket(socket.AF_UNIX)
    client.sock.settimeout(30)
    client.sock.connect(str(place))
    with closing(client):
        client.request("GET", "/", headers={"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1", **headers})
        answer = client.getresponse()
        return answer.status, answer.read().decode()


def test_proxy_asks_at_a_socket(start: Callable[..., Any], accounts: Any, tmp_path: Path) -> None:
    """Which no other account can open, and which is gone in the end; what it has to say it has to say here too."""
    place = tmp_path / "review.sock"
    public = Public("https://marks.example.org", accounts, socket=place)
    _, stop = start(Settings((), "127.0.0.1", 0, public=public))
    try:
        status, page = ask_at(place)
        assert (status, "Sign in" in page) == (200, True)
        assert stat.S_IMODE(place.stat().st_mode) == 0o600
        assert ask_at(place, **{"X-Forwarded-For": "unknown"})[0] == 403
        assert ask_at(place, Host="evil.example")[0] == 403
    finally:
        stop()
    assert not place.exists()


def test_socket_of_a_program_that_died_is_replaced(
    start: Callable[..., Any], accounts: Any, tmp_path: Path, exercise_5: Any, book: Gradebook
) -> None:
    """One at which a program listens is not, nor anything else."""
    place = tmp_path / "review.sock"
    public = Public("https://marks.example.org", accounts, socket=place)
    settings = Settings((), "127.0.0.1", 0, public=public)
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(place))
    _, stop = start(settings)
    try:
        with pytest.raises(UsageError, match=r"--socket .*review.sock cannot be used"):
            serve(exercise_5.course, book, settings, lambda *_: None)
        assert ask_at(place)[0] == 200
    finally:
        stop()
    place.write_text("mine")
    with pytest.raises(UsageError, match=r"--socket .*review.sock cannot be used"):
        serve(exercise_5.course, book, settings, lambda *_: None)
    assert place.read_text() == "mine"


TLS = Path(__file__).with_name("tls")  # a certificate for `localhost`, and a key that protects nothing


def test_others_are_served_over_tls(start: Callable[..., Any], accounts: Any) -> None:
    """By an address that is known beforehand; who speaks without TLS gets no answer."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    public = Public(f"https://localhost:{port}", accounts, TLS / "cert.pem", TLS / "key.pem")
    links, stop = start(Settings((), "127.0.0.1", port, public=public))
    try:
        assert links == {"": f"https://localhost:{port}/"}
        trusting = ssl.create_default_context(cafile=TLS / "cert.pem")
        client = http.client.HTTPSConnection("localhost", port, timeout=30, context=trusting)
        client.request("GET", "/")
        answer = client.getresponse()
        assert (answer.status, b"Sign in" in answer.read()) == (200, True)
        assert answer.getheader("strict-transport-security") is not None
        client.close()
        plain = http.client.HTTPConnection("localhost", port, timeout=30)
        plain.request("GET", "/")
        with pytest.raises((http.client.HTTPException, ConnectionError)):
            plain.getresponse()
        plain.close()
    finally:
        stop()


@pytest.mark.parametrize(
    ("origin", "shown"),
    [
        ("https://marks.example.org", "https://marks.example.org"),
        ("https://Marks.Example.org:443/", "https://marks.example.org"),
        ("https://marks.example.org:8443", "https://marks.example.org:8443"),
        ("https://[2001:DB8::1]:8443", "https://[2001:db8::1]:8443"),
    ],
)
def test_origin_is_as_browsers_say_it(origin: str, shown: str) -> None:
    """Else no form would come from there."""
    assert check_origin(origin) == shown


@pytest.mark.parametrize(
    "origin",
    [
        "http://marks.example.org", "marks.example.org", "", "https://", "https://*", "https://a.example/marks",
        "https://a.example?x", "https://a.example#x", "https://eve@a.example", "https://a.example:x", "https://[",
        "https://ä.example",
    ],
)  # fmt: skip
def test_what_is_no_origin_is_refused(origin: str) -> None:
    """Nor one without TLS."""
    with pytest.raises(UsageError, match="expected https:// and a name"):
        check_origin(origin)


def test_certificate_is_tried_before_anybody_is_served(tmp_path: Path, accounts: Any) -> None:
    """It has to be one, with its own key, and not behind a password."""
    good = TLS / "cert.pem", TLS / "key.pem"
    check_certificate(Public("https://localhost", accounts, *good))
    check_certificate(Public("https://localhost", accounts, proxy="127.0.0.1"))
    (tmp_path / "text").write_text("no certificate")
    for pair in ((tmp_path / "text", good[1]), (good[0], good[0])):
        with pytest.raises(UsageError, match="expected a certificate and its private key"):
            check_certificate(Public("https://localhost", accounts, *pair))
    with pytest.raises(UsageError, match="cannot be read"):
        check_certificate(Public("https://localhost", accounts, tmp_path / "none", good[1]))


def test_link_that_is_printed_works(start: Callable[..., Any]) -> None:
    """Over a real socket; and what ends the server ends this."""
    links, stop = start(Settings(("eve", "bo"), "127.0.0.1", 0))
    try:
        link = urlsplit(links["eve"])
        client = http.client.HTTPConnection(link.netloc, timeout=30)
        client.request("GET", link.path)
        answer = client.getresponse()
        assert (answer.status, b"Begin to mark as eve" in answer.read()) == (200, True)
        assert answer.getheader("server") is None
        client.request("GET", link.path, headers={"Host": "evil.example"})
        assert client.getresponse().status == 403
        client.close()
    finally:
        stop()
