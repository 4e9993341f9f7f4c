"""Attacks on the page as other machines reach it; each is refused, and says as little as it can."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from grader.gradebook import Gradebook
from grader.review import sessions, sign_in
from grader.review.forms import MAX_FORM
from tests.review.conftest import ANSWER, FULL, GOOD, PUBLIC, WORDS, Marker, Open

PROXY = "192.0.2.80"


@pytest.fixture
def site(open_to_all: Callable[..., Open], submit: Callable[..., None]) -> Open:
    """Return the page with the text of one student."""
    submit("ada", GOOD)
    return open_to_all()


def enter(site: Open, name: str = "eve") -> Marker:
    """Return somebody who has signed in."""
    client = site.browse()
    assert site.sign_in(client, name).status_code == 303
    return Marker(client, "/review")


def test_who_signs_in_marks_under_that_name(site: Open, book: Gradebook) -> None:
    """Whatever name a form gives."""
    client = site.browse()
    answer = site.sign_in(client)
    assert (answer.status_code, answer.headers["location"]) == (303, "/review/")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-grader_review=")
    assert set(cookie.split("; ")[1:]) == {"HttpOnly", "Path=/", "SameSite=strict", "Secure"}
    assert "domain" not in cookie.lower()
    name = site.review.read_queue(ANSWER)[0].name
    marker = Marker(client, "/review")
    headers = {"origin": PUBLIC}
    for index in range(2):
        marker.post(f"/calibrate/{ANSWER}/{index}", headers, none="yes")
    forged = FULL | {"who": "bo", "marker": "bo", "name": "bo"}
    assert marker.post(f"/mark/{ANSWER}/{name}?who=bo", headers, **forged).status_code == 303
    assert [kept.marking.who for kept, _ in book.marking_history()] == ["eve"]
    assert site.tell() == [("in", "eve", "192.0.2.1")]


def test_wrong_name_and_wrong_password_get_the_same(site: Open) -> None:
    """To the letter, but for the name that was typed; it is shown as text."""
    pages = [site.sign_in(site.browse(), *wrong) for wrong in (("eve", "wrong"), ("zoe", "wrong"), ("zoe", WORDS))]
    assert {page.status_code for page in pages} == {403}
    shown = [page.text.replace('value="eve"', "").replace('value="zoe"', "") for page in pages]
    assert shown == [shown[0]] * 3
    assert [sorted(page.headers) for page in pages] == [sorted(pages[0].headers)] * 3
    assert "Name or password is wrong." in shown[0]
    hostile = site.sign_in(site.browse(), '"><script>alert(1)</script>', "wrong")
    assert "<script>alert" not in hostile.text
    assert {kind for kind, _, _ in site.tell()} == {"wrong"}


def test_tries_are_limited_whatever_is_forwarded(site: Open) -> None:
    """What a browser itself says of where it asks from is nobody's word."""
    client = site.browse()
    for number in range(sign_in.MAX_FOR_ADDRESS):
        site.sign_in(client, f"name {number}", "wrong", **{"x-forwarded-for": f"198.51.100.{number}"})
    limited = site.sign_in(client, "eve", WORDS, **{"x-forwarded-for": "203.0.113.1"})
    assert (limited.status_code, "Too many wrong tries" in limited.text) == (429, True)
    assert "set-cookie" not in limited.headers
    assert site.sign_in(site.browse("192.0.2.2")).status_code == 303


def test_proxy_says_who_asks(open_to_all: Callable[..., Open]) -> None:
    """By the last address of the list, which it has seen itself; those before it the browser made up."""
    site = open_to_all(PROXY)
    client = site.browse(PROXY)
    told = {"x-forwarded-proto": "https"}
    for number in range(sign_in.MAX_FOR_ADDRESS):
        made_up = told | {"x-forwarded-for": f"203.0.113.{number}, 198.51.100.7"}
        assert site.sign_in(client, f"name {number}", "wrong", **made_up).status_code == 403
    again = told | {"x-forwarded-for": "203.0.113.99, 198.51.100.7"}
    assert site.sign_in(client, **again).status_code == 429
    assert site.sign_in(client, **told, **{"x-forwarded-for": "198.51.100.8"}).status_code == 303
    assert site.tell()[-1] == ("in", "eve", "198.51.100.8")


@pytest.mark.parametrize(
    ("address", "headers", "reason"),
    [
        ("192.0.2.1", {"x-forwarded-proto": "https", "x-forwarded-for": "192.0.2.1"}, "for the proxy alone"),
        ("testclient", {"x-forwarded-proto": "https", "x-forwarded-for": "192.0.2.1"}, "for the proxy alone"),
        (PROXY, {"x-forwarded-for": "192.0.2.1"}, "X-Forwarded-Proto"),
        (PROXY, {"x-forwarded-proto": "http", "x-forwarded-for": "192.0.2.1"}, "X-Forwarded-Proto"),
        (PROXY, {"x-forwarded-proto": "https"}, "X-Forwarded-For"),
        (PROXY, {"x-forwarded-proto": "https", "x-forwarded-for": "unknown"}, "X-Forwarded-For"),
    ],
)
def test_behind_a_proxy_nobody_else_asks(
    open_to_all: Callable[..., Open], address: str, headers: dict[str, str], reason: str
) -> None:
    """Nor the proxy for who came without TLS: a stolen cookie is worth nothing there."""
    site = open_to_all(PROXY)
    cookie = site.review.sessions.begin("eve", "marker")[0]
    client = site.browse(address, cookies={"__Host-grader_review": cookie})
    answer = client.get("/review/", headers=headers)
    assert (answer.status_code, reason in answer.text) == (403, True)
    good = {"x-forwarded-proto": "https", "x-forwarded-for": "192.0.2.1"}
    known = site.browse(PROXY, cookies={"__Host-grader_review": cookie})
    assert known.get("/review/", headers=good).status_code == 200


def test_cookie_does_not_travel_unencrypted(site: Open) -> None:
    """A browser that is led to http:// keeps it to itself, and would not be answered."""
    client = site.browse()
    site.sign_in(client)
    seen: list[Any] = []
    client.event_hooks["request"].append(lambda request: seen.append(request.headers.get("cookie")))
    client.get("https://marks.example.org/review/")
    client.get("http://marks.example.org/review/")
    assert [one is not None for one in seen] == [True, False]
    assert "max-age=31536000" in client.get("/").headers["strict-transport-security"]


def test_cookie_that_was_there_before_is_not_taken(site: Open) -> None:
    """Whoever planted it does not have the session (fixation); and the one before ends."""
    client = site.browse(cookies={"__Host-grader_review": "planted"})
    first = site.sign_in(client).cookies["__Host-grader_review"]
    second = site.sign_in(site.browse(cookies={"__Host-grader_review": first})).cookies["__Host-grader_review"]
    assert len({"planted", first, second}) == 3
    answers = {
        cookie: site.browse(cookies={"__Host-grader_review": cookie}).get("/review/").status_code
        for cookie in ("planted", first, second)
    }
    assert answers == {"planted": 403, first: 403, second: 200}


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://marks.example.org"},
        {"sec-fetch-site": "cross-site"},
        {"host": "evil.example"},
        {"host": "marks.example.org:8443"},
    ],
)
def test_nobody_is_signed_in_by_another_site(site: Open, headers: dict[str, str]) -> None:
    """Nor under another name of this address."""
    assert site.sign_in(site.browse(), **headers).status_code == 403
    assert site.tell() == []


def test_form_needs_its_token_here_too(site: Open) -> None:
    """The cookie is not enough."""
    marker = enter(site)
    assert marker.send("/leave", {"origin": PUBLIC}, csrf="wrong").status_code == 403
    assert marker.get("/").status_code == 200


def test_session_ends(site: Open) -> None:
    """By its button, which is written down; by itself after two hours of nothing, or twelve of work."""
    marker = enter(site)
    answer = marker.client.post("/review/leave", data={"csrf": _token(marker)}, headers={"origin": PUBLIC})
    assert (answer.status_code, 'href="/"' in answer.text) == (403, True)
    assert marker.get("/").status_code == 403
    assert site.tell()[-1] == ("out", "eve", "192.0.2.1")
    marker = enter(site)
    site.clock.now += sessions.IDLE_S
    assert "Sign in" in marker.get("/").text
    assert marker.get("/").status_code == 403
    marker = enter(site)
    for _ in range(int(sessions.LIFE_S // 3600)):
        assert marker.get("/").status_code == 200
        site.clock.now += 3600
    assert marker.get("/").status_code == 403


def _token(marker: Marker) -> str:
    return marker.read("/").partition('name="csrf" value="')[2].partition('"')[0]


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        ("name=eve&password=" + "x" * MAX_FORM, "application/x-www-form-urlencoded", 413),
        ("a=1&" * 600, "application/x-www-form-urlencoded", 413),
        ('{"name": "eve"}', "application/json", 415),
        ("name=eve", "multipart/form-data; boundary=x", 415),
    ],
)
def test_oversized_and_other_forms_are_not_read(site: Open, content: str, kind: str, status: int) -> None:
    """No password of theirs is looked at."""
    answer = site.browse().post("/sign-in", content=content, headers={"origin": PUBLIC, "content-type": kind})
    assert answer.status_code == status
    assert site.tell() == []


def test_links_let_nobody_in(site: Open) -> None:
    """Where there are accounts, there are none; and nothing is shown to who has no session."""
    client = site.browse()
    assert client.get("/enter/x").status_code == 404
    assert client.post("/enter/x", headers={"origin": PUBLIC}).status_code == 404
    pages = [client.get(path) for path in ("/review/", f"/review/mark/{ANSWER}", "/review/mark/x/y")]
    assert {(page.status_code, page.text) for page in pages} == {(403, pages[0].text)}
    assert client.get("/").status_code == 200
    assert GOOD not in pages[0].text
