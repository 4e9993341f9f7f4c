"""The page in a real browser: everybody can read it, at a desk, on a phone, in the dark."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from grader.similar import find_pairs, render_page
from tests.feedback.conftest import browser
from tests.similar.test_page import build_nasty

__all__ = ["browser"]
pytestmark = pytest.mark.xdist_group("browser")
_SERIOUS = {"serious", "critical"}
VIEWS: dict[str, dict[str, Any]] = {
    "desk": {"viewport": {"width": 1200, "height": 900}},
    "phone": {"viewport": {"width": 360, "height": 800}},
    "dark": {"viewport": {"width": 1200, "height": 900}, "color_scheme": "dark"},
}


@pytest.mark.parametrize("view", VIEWS)
def test_everybody_can_read_it(browser: Any, tmp_path: Path, view: str) -> None:
    """Nothing runs or is fetched, axe-core finds nothing serious, and nothing is wider than the window."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    pages = {"nasty": render_page("Course", *build_nasty()), "empty": render_page("Course", find_pairs([], 5), ())}
    for name, text in pages.items():
        path = tmp_path / "page.html"
        # Without the policy, which keeps out axe's own script too.
        path.write_text(text.replace("default-src 'none'; ", ""), encoding="utf-8")
        context = browser.new_context(**VIEWS[view])
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.on("dialog", lambda _, name=name: pytest.fail(f"{name} opened a dialog"))
        page.goto(path.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        assert (name, len(asked)) == (name, 1)
        assert (name, page.evaluate("document.documentElement.scrollWidth")) == (name, VIEWS[view]["viewport"]["width"])
        found = axe.run(page).response["violations"]
        assert [(name, one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in _SERIOUS] == []
        context.close()


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
