"""The class page of the marking application: behind the session, by the same policy."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from grader.review.guard import POLICY
from tests.feedback.conftest import NASTY, Elements
from tests.review.conftest import GOOD, Marker, Served


def test_needs_a_session(serve: Callable[..., Served], submit: Callable[..., None]) -> None:
    """It names students."""
    from starlette.testclient import TestClient

    submit("ada", GOOD)
    served = serve("eve")
    answer = TestClient(served.app, base_url="http://127.0.0.1:8765").get("/secret/class")
    assert answer.status_code == 403
    assert "Class of" not in answer.text


def test_shows_the_class(eve: Marker, submit: Callable[..., None]) -> None:
    """The same as the file, under the marking page's policy, and as it is now."""
    answer = eve.get("/class")
    assert answer.headers["content-security-policy"] == POLICY
    assert "Class of 1 · 1 graded" in answer.text
    assert "<style" not in answer.text
    submit("bo", GOOD, {"ex1_larger": "pq"})
    assert "Class of 2 · 2 graded" in eve.read("/class")
    assert 'href="/secret/class"' in eve.read("/")


@pytest.mark.parametrize("sort", ["mean", "right", "discrimination", "halted"])
def test_parts_are_sorted_by_the_server(eve: Marker, sort: str) -> None:
    """By links in the heads, the chosen one marked; an order that nobody knows is the course's."""
    page = eve.read(f"/class?sort={sort}")
    assert len(re.findall(r"<th[^>]*aria-sort", page)) == 1
    assert re.search(rf'aria-sort="\w+ending"><a href="/secret/class\?sort={sort}#parts">', page)
    assert 'aria-sort="ascending"><a href="/secret/class#parts">Part' in eve.read("/class?sort=nonsense")


def test_hostile_names_are_text(serve: Callable[..., Served], build_work: Any, book: Any) -> None:
    """On this page students have names."""
    from dataclasses import replace
    from datetime import UTC, datetime

    report = build_work({"ex1_kl_pq": 3.0}).report
    for index, name in enumerate(NASTY):
        changed = replace(report, student=name, submission_sha256=f"{index:064}")
        book.record(changed, datetime(2026, 3, 1, tzinfo=UTC), "a.py")
    book.refuse(NASTY[0], NASTY[1])
    found = Elements(serve("eve").sign_in("eve").read("/class"))
    assert not {"img", "iframe", "math", "mglyph"} & found.tags
    assert [value for name, value in found.attributes if name.startswith("on") or "javascript:" in value] == []
