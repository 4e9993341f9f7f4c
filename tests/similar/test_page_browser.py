"""The page in a real browser: everybody can read it, at a desk, on a phone, in the dark."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from grader.similar import find_pairs, render_page
from tests.chromium import VIEWS, check_pages
from tests.feedback.conftest import browser
from tests.similar.test_page import build_nasty

__all__ = ["browser"]
pytestmark = pytest.mark.xdist_group("browser")


@pytest.mark.parametrize("view", VIEWS)
def test_everybody_can_read_it(browser: Any, tmp_path: Path, view: str) -> None:
    """Nothing runs or is fetched, axe-core finds nothing serious, and nothing is wider than the window."""
    pages = {"nasty": render_page("Course", *build_nasty()), "empty": render_page("Course", find_pairs([], 5), ())}
    check_pages(browser, tmp_path, pages, VIEWS[view])


def test_link_opens_what_is_folded(browser: Any, tmp_path: Path) -> None:
    """Who follows a pair's link sees the pair, and the page complains about nothing of its own."""
    text = render_page("Course", *build_nasty()).replace('<details class="pair" open>', '<details class="pair">')
    path = tmp_path / "page.html"
    path.write_text(text, encoding="utf-8")
    page = browser.new_context().new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(path.as_uri())
    assert not page.locator("#pair-1").is_visible()
    page.locator("a[href='#pair-1']").click()
    assert page.locator("#pair-1").is_visible()
    assert said == []
