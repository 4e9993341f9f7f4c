"""How requests to Canvas travel: what writes goes nowhere else, and nothing goes unencrypted to another machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

pytest.importorskip("canvasapi", reason="canvasapi is not installed (pip install 'numgrade[canvas]')")

import requests

from grader.gradebook.canvas_session import CanvasSession, is_private

TOKEN = {"Authorization": "Bearer token"}
Server = Callable[[int, str], tuple[str, list[str]]]


@pytest.fixture
def serve() -> Iterator[Server]:
    """Return a function that starts a server: it redirects once, and tells what it was asked."""
    servers: list[ThreadingHTTPServer] = []

    def start(status: int, target: str) -> tuple[str, list[str]]:
        asked: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def handle_one(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                asked.append(f"{self.command} {self.path} {body} {self.headers.get('Authorization', '')}".strip())
                self.send_response(200 if self.path == "/there" else status)
                self.send_header("Content-Length", "0")
                if self.path != "/there":
                    self.send_header("Location", target)
                self.end_headers()

            do_GET = do_PUT = do_POST = handle_one  # noqa: N815 - the library's names

            def log_message(self, *_arguments: object) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}", asked

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_what_writes_is_not_sent_on(serve: Server, method: str, status: int) -> None:
    """Not even to the same machine: the score would reach whom nobody named."""
    url, asked = serve(status, "/there")
    with CanvasSession() as session, pytest.raises(requests.RequestException, match="is not followed"):
        session.request(method, f"{url}/here", data="score", headers=TOKEN)
    assert asked == [f"{method} /here score Bearer token"]


@pytest.mark.parametrize("status", [307, 308])
def test_a_page_is_not_sent_on(serve: Server, status: int) -> None:
    """An upload has no token, and goes to the address that Canvas named alone."""
    url, asked = serve(status, "/there")
    with CanvasSession() as session, pytest.raises(requests.RequestException, match="is not followed"):
        session.post(f"{url}/here", data="page")
    assert asked == ["POST /here page"]


def test_an_upload_ends_with_an_address_to_be_read(serve: Server) -> None:
    """As Canvas documents it: without the page."""
    url, asked = serve(303, "/there")
    with CanvasSession() as session:
        assert session.post(f"{url}/here", data="page").ok
    assert asked == ["POST /here page", "GET /there"]


def test_a_read_goes_on_without_the_token(serve: Server) -> None:
    """To another place than Canvas."""
    other, theirs = serve(200, "")
    url, _ = serve(302, f"{other.replace('127.0.0.1', 'localhost')}/there")
    with CanvasSession() as session:
        assert session.get(f"{url}/here", headers=TOKEN).ok
    assert theirs == ["GET /there"]


def test_nothing_goes_unencrypted_to_another_machine(serve: Server) -> None:
    """Neither at once nor by a redirect."""
    url, _ = serve(302, "http://169.254.169.254/there")
    with CanvasSession() as session:
        for asked in (f"{url}/here", "http://169.254.169.254/x"):
            with pytest.raises(requests.RequestException, match=r"not https: http://169\.254"):
                session.get(asked)


@pytest.mark.parametrize(
    ("url", "private"),
    [
        ("https://canvas.example.org", True),
        ("http://localhost:80/x", True),
        ("http://[::1]/x", True),
        ("http://localhost.example.org", False),
        ("http://127.0.0.1@example.org", False),
        ("https://", False),
        ("http://[", False),
        ("file:///etc/passwd", False),
    ],
)
def test_addresses(url: str, private: bool) -> None:  # noqa: FBT001 - a row of the table
    """Encrypted, or on this machine."""
    assert is_private(url) is private
