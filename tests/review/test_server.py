"""Served on this machine alone; the link is printed, and works in a browser of this machine."""

from __future__ import annotations

import http.client
import socket
import threading
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn

from grader.errors import UsageError
from grader.gradebook import Gradebook
from grader.review.server import Settings, check_host, serve
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


def test_link_that_is_printed_works(exercise_5: Any, book: Gradebook, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over a real socket; and what ends the server ends this."""
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

    monkeypatch.setattr(uvicorn, "Server", Kept)
    settings = Settings(("eve", "bo"), "127.0.0.1", 0)
    thread = threading.Thread(target=serve, args=(exercise_5.course, book, settings, announce))
    thread.start()
    try:
        assert offered.wait(30)
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
        servers[0].should_exit = True
        thread.join(30)
    assert not thread.is_alive()
