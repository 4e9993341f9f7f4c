"""Who has no session sees one page and no more; a form is of its own session."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from grader.errors import HostError
from grader.review import sessions
from tests.review.conftest import ANSWER, FULL, GOOD, ORIGIN, Marker, Served, find_name


def test_without_a_session_every_page_is_the_same(serve: Callable[..., Served], submit: Callable[..., None]) -> None:
    """Whether it is there or not; a link is printed where the program was started."""
    submit("ada", GOOD)
    served = serve("eve")
    client = TestClient(served.app, base_url=ORIGIN)
    pages = [client.get(path) for path in ("/", "/secret/", f"/secret/mark/{ANSWER}", f"/secret/mark/{ANSWER}/zzzz")]
    assert {(page.status_code, page.text) for page in pages} == {(403, pages[0].text)}
    assert "There is no session here" in pages[0].text
    assert list(served.links) == ["eve"]


def test_cookie_is_for_this_path_and_no_script(serve: Callable[..., Served]) -> None:
    """A browser sends it to every port of an address; not to a path that nobody else knows."""
    served = serve("eve")
    served.review.sessions.offer_links()
    client = TestClient(served.app, base_url=ORIGIN, follow_redirects=False)
    shown = client.get(f"/enter/{served.links['eve']}")
    assert "Begin to mark as eve" in shown.text
    entered = client.post(f"/enter/{served.links['eve']}", headers={"origin": ORIGIN})
    cookie = entered.headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=strict", "Path=/secret"):
        assert part in cookie
    assert served.links["eve"] not in cookie


def test_link_is_not_used_twice(serve: Callable[..., Served]) -> None:
    """Whoever finds it in a log later gets nothing."""
    served = serve("eve")
    served.sign_in("eve")
    used = served.links["eve"]
    other = TestClient(served.app, base_url=ORIGIN, follow_redirects=False)
    assert other.post(f"/enter/{used}", headers={"origin": ORIGIN}).status_code == 403
    assert other.get(f"/enter/{used}").status_code == 403


def test_wrong_links_are_limited(serve: Callable[..., Served]) -> None:
    """After ten of them; a right one works all the same."""
    served = serve("eve")
    client = TestClient(served.app, base_url=ORIGIN, follow_redirects=False)
    answers = [client.get("/enter/wrong").status_code for _ in range(sessions.MAX_WRONG + 1)]
    assert answers == [403] * sessions.MAX_WRONG + [429]
    assert client.post(f"/enter/{served.links['eve']}", headers={"origin": ORIGIN}).status_code == 303


def test_ended_session_saves_nothing_and_loses_nothing(
    serve: Callable[..., Served], submit: Callable[..., None]
) -> None:
    """What was written stands on the page that says so."""
    submit("ada", GOOD)
    served = serve("eve")
    eve = served.sign_in("eve").calibrate()
    path = f"/mark/{ANSWER}/{find_name(eve)}"
    eve.read(path)
    served.clock.now += sessions.IDLE_S
    answer = eve.send(path, csrf="x", comment="My long <b>comment</b>", **FULL)
    assert answer.status_code == 403
    assert "Nothing was saved" in answer.text
    assert "My long &lt;b&gt;comment&lt;/b&gt;" in answer.text
    assert not served.review.read_queue(ANSWER)[0].is_marked
    assert eve.get("/").status_code == 403


@pytest.mark.parametrize("token", [None, "", "wrong", "ü"])
def test_form_without_its_token_saves_nothing(eve: Marker, token: str | None) -> None:
    """Not even with the cookie."""
    path = f"/mark/{ANSWER}/{find_name(eve)}"
    fields = FULL if token is None else FULL | {"csrf": token}
    assert eve.send(path, **fields).status_code == 403
    assert "not yet marked" in eve.read(path)


@pytest.mark.parametrize(
    "headers", [{"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}]
)
def test_form_of_another_site_saves_nothing(eve: Marker, headers: dict[str, str]) -> None:
    """With cookie and token, if it had them."""
    path = f"/mark/{ANSWER}/{find_name(eve)}"
    assert eve.post(path, headers=headers, **FULL).status_code == 403
    assert "not yet marked" in eve.read(path)


def test_session_is_ended_by_its_button(eve: Marker) -> None:
    """And only by that: a link does nothing."""
    assert eve.get("/leave").status_code == 405
    assert eve.get("/").status_code == 200
    csrf = eve.read("/").partition('name="csrf" value="')[2].partition('"')[0]
    assert eve.send("/leave", csrf=csrf).status_code == 403
    assert eve.get("/").status_code == 403


def test_script_gets_an_address(eve: Marker) -> None:
    """A form sent by our script is answered with where to go; refused, as any other."""
    path = f"/mark/{ANSWER}/{find_name(eve)}"
    by_script = {"x-requested-with": "fetch"}
    assert eve.post(path, headers=by_script).status_code == 400
    answer = eve.post(path, headers=by_script, **FULL)
    assert (answer.status_code, list(answer.json())) == (200, ["go"])


def test_no_file_is_served_but_two(serve: Callable[..., Served]) -> None:
    """Whatever is asked for beside them."""
    client = TestClient(serve().app, base_url=ORIGIN)
    for path in ("/static/../app.py", "/static/page.css", "/static/", "/static/%2e%2e/app.py", "/static//etc/passwd"):
        assert client.get(path).status_code == 404, path


def test_link_that_cannot_be_printed_is_said(serve: Callable[..., Served], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks gets a page and no failure; who has a session marks on."""
    served = serve("eve", "bo")
    eve = served.sign_in("eve")

    def fail(*_: Any) -> None:
        raise HostError("standard output cannot be written")

    monkeypatch.setattr(served.review.sessions, "_announce", fail)
    stranger: Any = TestClient(served.app, base_url=ORIGIN)
    for path in ("/", f"{eve.base}/", "/enter/wrong"):
        page = stranger.get(path)
        assert (page.status_code, "has to start it again" in page.text) == (403, True), path
        assert "a new one was printed" not in page.text
    assert eve.get("/").status_code == 200
