"""Who may do what: each row of the table in docs/marking.md, asked of the pages themselves."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.gradebook import Gradebook
from grader.review.app import build_app
from grader.review.roles import INSTRUCTORS
from tests.conftest import ROOT
from tests.review.conftest import ANSWER, FULL, GOOD, ORIGIN, PUBLIC, Marker, Open, Served

EDIT = f"/rubric/{ANSWER}/edit"


@pytest.fixture
def site(open_to_all: Callable[..., Open], submit: Callable[..., None], folder: Path) -> Open:
    """Return the page for eve, an instructor, and bo, a marker, with the text of one student."""
    submit("ada", GOOD)
    site = open_to_all()
    site.review.folder = folder
    return site


def enter(site: Open, name: str) -> Marker:
    """Return somebody who has signed in and marked the examples."""
    client = site.browse()
    assert site.sign_in(client, name).status_code == 303
    marker = Marker(client, "/review")
    for index in range(2):
        assert send(marker, f"/calibrate/{ANSWER}/{index}", none="yes") == 303
    return marker


def send(marker: Marker, path: str, **fields: str) -> int:
    """Return the status of a form with what the page of a text has hidden in it."""
    return int(marker.post(path, {"origin": PUBLIC}, **fields).status_code)


def read_token(marker: Marker) -> str:
    """Return the token of a session."""
    return marker.read("/").partition('name="csrf" value="')[2].partition('"')[0]


def find_text(site: Open) -> str:
    """Return the address of the text."""
    return f"/mark/{ANSWER}/{site.review.read_queue(ANSWER)[0].name}"


@pytest.mark.parametrize("name", ["eve", "bo"])
def test_everybody_marks_skips_flags_and_takes_back(site: Open, book: Gradebook, name: str) -> None:
    """Under their own name."""
    marker, path = enter(site, name), find_text(site)
    short = path.rpartition("/")[2]
    assert send(marker, path, **FULL) == 303
    last = re.findall(r'name="last" value="(\d+)"', marker.read(path))[0]
    token = read_token(marker)
    for what, fields in {"undo": {"last": last}, "skip": {}, "flag": {"note": "hm"}}.items():
        headers = {"origin": PUBLIC}
        assert marker.send(f"/{what}/{ANSWER}/{short}", headers, csrf=token, **fields).status_code == 303, what
    for page in (f"/group/{ANSWER}/{short}", f"/paper/{ANSWER}", f"/agreement/{ANSWER}", f"/again/{ANSWER}"):
        assert marker.get(page).status_code == 200, page
    assert {kept.marking.who for kept, _ in book.marking_history()} == {name}


@pytest.mark.parametrize("path", sorted(INSTRUCTORS))
def test_only_instructors_get_their_pages(site: Open, path: str) -> None:
    """A marker is told why not, and no page leads there."""
    place = path.replace("{answer}", ANSWER)
    eve, bo = enter(site, "eve"), enter(site, "bo")
    assert eve.get(place).status_code == 200
    refused = bo.get(place)
    assert (refused.status_code, "instructors" in refused.text, "ada" in refused.text) == (403, True, False)
    pages = ("/", find_text(site))
    assert any(f'href="/review{place}"' in eve.read(page) for page in pages)
    assert not any(f'href="/review{place}"' in bo.read(page) for page in pages)


def test_only_instructors_change_rubrics(site: Open, folder: Path) -> None:
    """A form that is made by hand does nothing either."""
    bo = enter(site, "bo")
    before = (folder / "rubrics" / "5d.yaml").read_bytes()
    headers = {"origin": PUBLIC}
    for do in ("show", "write"):
        answer = bo.send(EDIT, headers, csrf=read_token(bo), text="x", do=do, base="x")
        assert (answer.status_code, "Rubrics are changed by instructors" in answer.text) == (403, True)
    assert (folder / "rubrics" / "5d.yaml").read_bytes() == before


def test_flags_of_others_are_listed_and_taken_away_by_instructors(site: Open) -> None:
    """A marker sees and takes away their own."""
    eve, bo = enter(site, "eve"), enter(site, "bo")
    path = find_text(site)
    address, headers = path.replace("/mark/", "/flag/"), {"origin": PUBLIC}
    name = path.rpartition("/")[2]
    eve.send(address, headers, csrf=read_token(eve), note="odd <b>")
    assert "odd &lt;b&gt;" in eve.read("/flags")
    assert f">{name}</a>" in eve.read("/").partition("<main")[2]
    assert f">{name}</a>" not in bo.read("/").partition("<main")[2]
    refused = bo.send(address, headers, csrf=read_token(bo))
    assert (refused.status_code, "by an instructor" in refused.text) == (403, True)
    assert eve.send(address, headers, csrf=read_token(eve)).status_code == 303
    assert "No text is flagged" in eve.read("/flags")
    for _ in range(2):
        assert bo.send(address, headers, csrf=read_token(bo), note="odd").status_code == 303
    bo.send(address, headers, csrf=read_token(bo), note="odd")
    assert f">{name}</a>" in bo.read("/").partition("<main")[2]
    assert eve.send(address, headers, csrf=read_token(eve)).status_code == 303


def test_who_has_a_printed_link_is_an_instructor(serve: Callable[..., Served], folder: Path, eve: Marker) -> None:
    """It was printed for who has the gradebook and the course."""
    marker = serve("eve", folder=folder).sign_in("eve")
    for path in INSTRUCTORS:
        assert marker.get(path.replace("{answer}", ANSWER)).status_code == 200
    assert eve.get("/flags").status_code == 200


def test_every_page_is_in_the_table(site: Open) -> None:
    """The table of the docs has a row for each page that markers do not get, and says so."""
    table = (ROOT / "docs" / "marking.md").read_text().partition("## Who may do what")[2].partition("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("|")][2:]
    closed = [row for row in rows if row.split("|")[2].strip() != "yes"]
    assert len(closed) == len(INSTRUCTORS)
    for path in INSTRUCTORS:
        assert any(f"`{path.replace('{answer}', '…')}`" in row for row in closed), path
    routes = {getattr(route, "path", "") for route in _list_routes(build_app(site.review, ORIGIN))}
    assert {f"{site.review.base}{path}" for path in INSTRUCTORS} <= routes


def _list_routes(app: Any) -> list[Any]:
    return list(app._app.routes)
