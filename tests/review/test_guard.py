"""Nobody but a page of this address is let in; every answer forbids the rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from starlette.datastructures import Headers
from starlette.testclient import TestClient

from grader.review.guard import HEADERS, Guard
from tests.review.conftest import ORIGIN, Served

GUARD = Guard(lambda *_: None, ORIGIN)  # type: ignore[arg-type, return-value]  # never asked
HOST = {"host": "127.0.0.1:8765"}


@pytest.mark.parametrize("host", ["localhost:8765", "127.0.0.1", "127.0.0.1:8766", "evil.example:8765", ""])
def test_other_hosts_are_refused(host: str) -> None:
    """A name that somebody made to point here is not ours."""
    assert GUARD.refuse("GET", Headers({"host": host})) is not None
    assert GUARD.refuse("GET", Headers(HOST)) is None


def test_two_hosts_are_refused() -> None:
    """What is ambiguous is not guessed."""
    twice = Headers(raw=[(b"host", b"127.0.0.1:8765"), (b"host", b"evil.example")])
    assert GUARD.refuse("GET", twice) is not None


@pytest.mark.parametrize(
    ("sent", "is_let_in"),
    [
        ({"origin": ORIGIN}, True),
        ({"origin": ORIGIN, "sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "same-origin"}, True),
        ({}, False),
        ({"origin": "null"}, False),
        ({"origin": "null", "sec-fetch-site": "same-origin"}, False),
        ({"origin": "http://127.0.0.1:9999", "sec-fetch-site": "same-site"}, False),
        ({"origin": ORIGIN, "sec-fetch-site": "cross-site"}, False),
        ({"origin": "https://evil.example"}, False),
        ({"sec-fetch-site": "none"}, False),
    ],
)
def test_forms_come_from_here(sent: dict[str, str], *, is_let_in: bool) -> None:
    """Another port of this machine is another site, too: somebody else may listen there."""
    assert (GUARD.refuse("POST", Headers(HOST | sent)) is None) == is_let_in


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_other_sites_may_link_and_nothing_else(site: str) -> None:
    """A link leads here; a picture, script or frame does not."""
    assert GUARD.refuse("GET", Headers(HOST | {"sec-fetch-site": site, "sec-fetch-mode": "navigate"})) is None
    assert GUARD.refuse("GET", Headers(HOST | {"sec-fetch-site": site, "sec-fetch-mode": "no-cors"})) is not None
    framed = {"sec-fetch-site": site, "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"}
    assert GUARD.refuse("GET", Headers(HOST | framed)) is not None
    assert GUARD.refuse("GET", Headers(HOST | framed | {"sec-fetch-dest": "document"})) is None


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(method: str) -> None:
    """There are none."""
    assert GUARD.refuse(method, Headers(HOST | {"origin": ORIGIN})) is not None


def test_every_answer_has_the_headers(serve: Callable[..., Served]) -> None:
    """Those of pages, files, refusals and of what is not there."""
    client: Any = TestClient(serve().app, base_url=ORIGIN)
    answers = [client.get(path) for path in ("/", "/static/review.css", "/static/review.js", "/nothing")]
    answers.append(client.get("/", headers={"host": "evil.example"}))
    assert [one.status_code for one in answers] == [403, 200, 200, 404, 403]
    for one in answers:
        assert {name: one.headers.get(name) for name in HEADERS} == HEADERS
    assert "unsafe-inline" not in HEADERS["content-security-policy"]
