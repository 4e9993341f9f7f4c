"""The class page in a real browser: everybody can read it, at a desk, on a phone, in the dark."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from grader.course import Course
from grader.feedback import Work
from grader.stats import Drawings, Roll, compute_stats, render_page, share
from tests.chromium import VIEWS, check_pages
from tests.stats.conftest import Class, read_facts
from tests.stats.test_page import build_nasty
from tests.stats.test_sharing import draw_curves

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture
def pages(course: Course, draw_class: Class, nasty_work: Work) -> dict[str, str]:
    """Return one page of each kind."""
    curves = [*draw_curves(30), *draw_curves(22, is_accepted=False)]
    facts = read_facts(course, draw_class(60, 1))
    return {
        "staff": render_page(compute_stats(course, facts, Roll(waiting=3), drawn=Drawings(curves))),
        "nasty": render_page(build_nasty(course, draw_class, nasty_work)),
        "shared": render_page(share(course, facts, Drawings(curves))),
        "empty": render_page(compute_stats(course, [], Roll())),
    }


@pytest.mark.parametrize("view", VIEWS)
def test_everybody_can_read_it(browser: Any, pages: dict[str, str], tmp_path: Path, view: str) -> None:
    """Nothing runs or is fetched, axe-core finds nothing serious, and nothing is wider than the window."""
    check_pages(browser, tmp_path, pages, VIEWS[view])


def test_policy_lets_the_style_in(browser: Any, pages: dict[str, str], tmp_path: Path) -> None:
    """The page complains about nothing of its own, and its bars have their colours."""
    path = tmp_path / "page.html"
    path.write_text(pages["staff"], encoding="utf-8")
    page = browser.new_context().new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(path.as_uri())
    assert said == []
    fills = {page.evaluate(f"getComputedStyle(document.querySelector('.bar .{one}')).fill") for one in ("pass", "fail")}
    assert len(fills) == 2
    page.emulate_media(media="print")
    assert not page.locator(".who").first.is_visible()
