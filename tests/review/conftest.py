"""A class whose texts wait in a gradebook, the application that serves them, and markers who use it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from grader.batch.store import render_evidence
from grader.course import Course
from grader.feedback import Work
from grader.gradebook import Gradebook, Kept
from grader.pipeline import Grader
from tests.conftest import ROOT
from tests.feedback.conftest import browser, build_work, exercise_5

__all__ = ["browser", "build_work", "exercise_5"]  # the feedback's, for its pages are shown here

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ORIGIN = "http://127.0.0.1:8765"
ANSWER = "ex5d_text"
GOOD = "The reverse divergence grows: its term ½ ln(½/θ) keeps the weight ½, and the mixture bounds each ratio by two."
FULL = {"points.growth": "1/2", "points.bounded": "1/2"}


@dataclass
class Clock:
    """Seconds that pass when somebody says so."""

    now: float = 0.0

    def __call__(self) -> float:
        """Return the seconds."""
        return self.now


def build_notebook(source: str) -> bytes:
    """Return a notebook with a code cell of part 5d."""
    cell = {"cell_type": "code", "source": source, "metadata": {"tags": ["ex5", "5d"]}, "outputs": []}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}).encode()


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Gradebook]:
    """Yield an empty gradebook."""
    with Gradebook.open(f"sqlite:///{tmp_path / 'g.db'}") as opened:
        yield opened


@pytest.fixture
def submit(build_work: Callable[..., Work], book: Gradebook) -> Callable[..., None]:
    """Return a function that records a student's text of 5d, what else they answered, and their code."""

    def record(student: str, text: str, answers: Any = None, **other: Any) -> None:
        moment, source = other.pop("at", NOON), other.pop("source", "ex5_at_001 = {}")
        file = f"{student}.ipynb"
        work = build_work(answers or {}, texts={ANSWER: text}, student=student, file=file, **other)
        kept = Kept(render_evidence(work.evidence).encode(), {file: build_notebook(source)})
        book.record(work.report, moment, file, kept)

    return record


@dataclass
class Served:
    """The application, and the links that it has made by marker."""

    app: Any
    review: Any
    clock: Clock
    links: dict[str, str] = field(default_factory=dict)

    def sign_in(self, who: str) -> Marker:
        """Return a marker who has used their link."""
        from starlette.testclient import TestClient

        self.review.sessions.offer_links()
        client = TestClient(self.app, base_url=ORIGIN, follow_redirects=False)
        entered = client.post(f"/enter/{self.links[who]}", headers={"origin": ORIGIN})
        assert entered.status_code == 303
        return Marker(client, self.review.base)


@dataclass
class Marker:
    """A person in a browser without a script."""

    client: Any
    base: str

    def get(self, path: str) -> Any:
        """Return the answer to a page of this address."""
        return self.client.get(f"{self.base}{path}")

    def read(self, path: str) -> str:
        """Return the words of a page that has to be there."""
        response = self.get(path)
        assert response.status_code == 200, response.text
        return str(response.text)

    def post(self, path: str, /, headers: Any = None, **fields: str) -> Any:
        """Send a form of one's own, with what the page at this address had hidden in it."""
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', self.get(path).text))
        return self.send(path, headers, **{name: unescape(value) for name, value in hidden.items()} | fields)

    def send(self, path: str, /, headers: Any = None, **fields: str) -> Any:
        """Send a form with these fields alone."""
        return self.client.post(f"{self.base}{path}", data=fields, headers={"origin": ORIGIN, **(headers or {})})

    def calibrate(self, answer: str = ANSWER, count: int = 2) -> Marker:
        """Mark the examples."""
        for index in range(count):
            assert self.post(f"/calibrate/{answer}/{index}", none="yes").status_code == 303
        return self


@pytest.fixture
def serve(exercise_5: Grader, book: Gradebook) -> Callable[..., Served]:
    """Return a function that builds the application for these markers."""
    from grader.review import Sessions, build_app
    from grader.review.review import Opened, Review

    def build(*markers: str, course: Course | None = None, **settings: Any) -> Served:
        links: dict[str, str] = {}
        clock = Clock()
        sessions = Sessions(markers or ("eve",), links.__setitem__, clock)
        review = Review(course or exercise_5.course, book, sessions, "/secret", opened=Opened(clock), **settings)
        return Served(build_app(review, ORIGIN), review, clock, links)

    return build


@pytest.fixture
def eve(serve: Callable[..., Served], submit: Callable[..., None]) -> Marker:
    """Return a marker before the text of one student, with the examples behind her."""
    submit("ada", GOOD)
    return serve("eve").sign_in("eve").calibrate()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the course."""
    place = tmp_path / "course"
    for name in ("exercises", "rubrics", "reference"):
        shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "course.yaml", place)
    return place


PUBLIC = "https://marks.example.org"
WORDS = "four words drawn at random"


@pytest.fixture(scope="session")
def accounts() -> Any:
    """Return two accounts whose passwords are compared at once; hashes are `test_accounts.py`'s."""
    from grader.review.accounts import Accounts, Hashed

    class Fast(Accounts):
        def check(self, name: str, password: str) -> bool:
            return name in self.passwords and password == WORDS

    nobody = Hashed(bytes(16), bytes(32))
    return Fast({"eve": nobody, "bo": nobody}, {"eve": "instructor"}, nobody)


@dataclass
class Open:
    """The application for other machines, and browsers that ask it."""

    app: Any
    review: Any
    clock: Clock
    book: Gradebook

    def browse(self, address: str = "192.0.2.1", **settings: Any) -> Any:
        """Return a browser at this address."""
        from starlette.testclient import TestClient

        asker = address, 50_000
        return TestClient(self.app, base_url=PUBLIC, follow_redirects=False, client=asker, **settings)

    def sign_in(self, client: Any, name: str = "eve", password: str = WORDS, **headers: str) -> Any:
        """Return the answer to a name and a password."""
        fields = {"name": name, "password": password}
        return client.post("/sign-in", data=fields, headers={"origin": PUBLIC, **headers})

    def tell(self) -> list[tuple[str, str, str]]:
        """Return what was written down of who came in."""
        return [(one.kind, one.who, one.address) for one in self.book.review_log.sign_ins()]


@pytest.fixture
def open_to_all(exercise_5: Grader, book: Gradebook, accounts: Any) -> Callable[..., Open]:
    """Return a function that builds the application for those who have an account."""
    from grader.review import Sessions, build_app
    from grader.review.review import Opened, Review
    from grader.review.sign_in import SignIn

    def build(proxy: str = "") -> Open:
        clock = Clock()
        sessions = Sessions((), lambda *_: None, clock)
        sign_in = SignIn(accounts, book.review_log.add_sign_in, clock)
        names = "/review", "__Host-grader_review"
        review = Review(exercise_5.course, book, sessions, *names, opened=Opened(clock), sign_in=sign_in)
        return Open(build_app(review, PUBLIC, proxy), review, clock, book)

    return build


def find_name(marker: Marker) -> str:
    """Return the short name of the text that is to be marked next."""
    return str(marker.get(f"/mark/{ANSWER}").headers["location"]).rpartition("/")[2].partition("?")[0]
