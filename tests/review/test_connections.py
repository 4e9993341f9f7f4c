"""Who sends nothing, or takes nothing, holds no place for long, and none at all that somebody else needs.

Limits are hours where nothing may end, and nothing where it has to: what is awaited is the end of a connection.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import uvicorn

from grader.review.connections import Bounds, build_protocol

HOUR = 3600.0
LARGE = 64 << 20  # bytes: more than the kernel takes for somebody who reads nothing
ASK = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
WAIT_S = 60  # for what comes at once


class App:
    """Answers; `/wait` once it may, `/large` with much, `/pieces` with as much, and the rest once it may."""

    def __init__(self) -> None:
        self.began, self.may_end = threading.Event(), threading.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer."""
        if scope["path"] == "/wait":
            self.began.set()
            await asyncio.to_thread(self.may_end.wait, WAIT_S)
        more = scope["method"] == "POST"
        while more:
            message = await receive()
            more = message.get("more_body", False)
        sizes = {"/large": (LARGE,), "/pieces": (LARGE, 1, 1)}.get(scope["path"], (2,))
        length = b"%d" % sum(sizes)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]})
        for size in sizes[:-1]:
            await send({"type": "http.response.body", "body": bytes(size), "more_body": True})
        if len(sizes) > 1:  # what was sent before the last piece is taken by now
            self.began.set()
            await asyncio.to_thread(self.may_end.wait, WAIT_S)
        await send({"type": "http.response.body", "body": bytes(sizes[-1])})


@pytest.fixture
def app() -> App:
    """Return the application."""
    return App()


@dataclass
class Served:
    """A server, and those who are connected to it."""

    place: Any
    state: Any
    protocol: Any
    opened: list[socket.socket] = field(default_factory=list)

    def __call__(self, sent: bytes = b"", host: str = "127.0.0.1") -> socket.socket:
        """Return a connection from an address, over which this was sent."""
        client = socket.create_connection(self.place, WAIT_S, (host, 0))
        self.opened.append(client)
        client.sendall(sent)
        return client

    def limit(self, **bounds: Any) -> None:
        """Change the bounds for what begins from now on."""
        self.protocol.bounds = replace(self.protocol.bounds, **bounds)


@pytest.fixture
def serve(app: App) -> Iterator[Callable[..., Served]]:
    """Return a function that serves within bounds."""
    ends: list[Callable[[], None]] = []

    def run(**bounds: Any) -> Served:
        listener = socket.create_server(("127.0.0.1", 0))
        most = Bounds(**{"request_s": HOUR, "answer_s": HOUR, **bounds})
        protocol = build_protocol(most)
        config = uvicorn.Config(
            app, http=protocol, log_config=None, lifespan="off", limit_concurrency=most.connections + 1,
            timeout_keep_alive=int(HOUR), timeout_graceful_shutdown=1,
        )  # fmt: skip
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        served = Served(listener.getsockname(), server.server_state, protocol)

        def end() -> None:
            app.may_end.set()
            for client in served.opened:
                client.close()
            server.should_exit = True
            thread.join(WAIT_S)
            listener.close()
            assert not thread.is_alive()

        ends.append(end)
        return served

    yield run
    for end in ends:
        end()


def ask(client: socket.socket, request: bytes = ASK) -> bytes:
    """Return the first line of the answer to a request."""
    client.sendall(request)
    answer = b""
    while b"\r\n\r\n\0\0" not in answer and (more := client.recv(1000)):
        answer += more
    return answer.partition(b"\r\n")[0]


def await_end(client: socket.socket) -> None:
    """Wait until the other side has ended a connection."""
    with suppress(ConnectionError):
        while client.recv(1 << 20):
            pass


@pytest.mark.parametrize(
    "sent",
    [b"", b"GET / HTTP/1.1\r\nHost:", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc"],
    ids=["nothing", "half of the headers", "half of the body"],
)
def test_who_does_not_end_a_request_is_let_go(serve: Any, sent: bytes) -> None:
    """However far it is; the second one as well as the first."""
    connect = serve()
    client = connect()
    assert ask(client) == b"HTTP/1.1 200 OK"
    connect.limit(request_s=0.0)
    await_end(connect(sent))
    client.sendall(sent or b"G")
    await_end(client)


def test_who_asks_in_time_is_answered_again_and_again(serve: Any) -> None:
    """The time for a request ends with it."""
    client = serve(request_s=HOUR, answer_s=0.0)()
    for _ in range(3):
        assert ask(client) == b"HTTP/1.1 200 OK"
    assert ask(client, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc") == b"HTTP/1.1 200 OK"


def test_answer_that_takes_long_is_awaited(serve: Any, app: App) -> None:
    """What the program needs is not the client's time."""
    connect = serve()
    client = connect()
    assert ask(client) == b"HTTP/1.1 200 OK"
    client.sendall(b"GET /wait HTTP/1.1\r\nHost: x\r\n\r\n")
    assert app.began.wait(WAIT_S)
    (connection,) = connect.state.connections
    assert connection.deadline is None
    app.may_end.set()
    assert client.recv(15) == b"HTTP/1.1 200 OK"


@pytest.mark.parametrize("path", ["/large", "/pieces"])
def test_who_takes_no_answer_is_let_go(serve: Any, path: str) -> None:
    """Whether all of it was written or not; the rest is thrown away."""
    client = serve(answer_s=0.0)(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    taken = 0
    with suppress(ConnectionError):
        while more := client.recv(1 << 20):
            taken += len(more)
    assert taken < LARGE


def test_who_goes_on_taking_an_answer_is_not_waited_for(serve: Any, app: App) -> None:
    """The time begins anew with the next piece that they do not take."""
    connect = serve()
    client = connect(b"GET /pieces HTTP/1.1\r\nHost: x\r\n\r\n")
    taken = 0
    while taken <= LARGE:
        taken += len(client.recv(1 << 20))
    assert app.began.wait(WAIT_S)
    (connection,) = connect.state.connections
    assert connection.deadline is None


def test_who_takes_it_gets_all_of_an_answer(serve: Any) -> None:
    """However large."""
    client = serve()(b"GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    taken = 0
    while more := client.recv(1 << 20):
        taken += len(more)
    assert taken > LARGE


def test_idle_connections_lock_nobody_out(serve: Any) -> None:
    """Those that have waited longest make room, one for each that comes."""
    connect = serve(connections=5)
    idle = [connect() for _ in range(5)]
    assert ask(connect()) == b"HTTP/1.1 200 OK"
    await_end(idle[0])
    assert ask(idle[4]) == b"HTTP/1.1 200 OK"


def test_who_has_most_connections_makes_room(serve: Any) -> None:
    """Not the one that was there before them."""
    connect = serve(connections=5)
    first = connect(host="127.0.0.2")
    many = [connect() for _ in range(5)]
    await_end(many[0])
    assert ask(first) == b"HTTP/1.1 200 OK"


def test_who_is_being_answered_is_not_ended(serve: Any, app: App) -> None:
    """Where all places are, whoever comes is told so."""
    connect = serve(connections=1)
    first = connect(b"GET /wait HTTP/1.1\r\nHost: x\r\n\r\n")
    assert app.began.wait(WAIT_S)
    second = connect(ASK)
    assert second.recv(12) == b"HTTP/1.1 503"
    app.may_end.set()
    assert first.recv(15) == b"HTTP/1.1 200 OK"
