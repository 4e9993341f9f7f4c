"""Pages and notebooks in a real browser: nothing runs, nothing is fetched, everybody can read them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from grader.course import Assignment
from grader.feedback import Work, build_notebook, render_page, render_refusal
from grader.release import Spread
from grader.release.spread import Bin
from tests.feedback.conftest import NASTY, build_figure
from tests.feedback.test_causes import build_without_half

pytestmark = pytest.mark.xdist_group("browser")
CLASS = Spread(
    Assignment(id="hw", title="Week 1", exercises=("1", "5")),
    24,
    (Bin(Fraction(0), Fraction(18), 6), Bin(Fraction(18), Fraction(24), 18)),
)
_SERIOUS = {"serious", "critical"}


class Visit:
    """A page that was opened: what it tried, and what there is to see."""

    def __init__(self, browser: Any, path: Path, **context: Any) -> None:
        self.dialogs: list[str] = []
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self._context = browser.new_context(**context)
        self.page = self._context.new_page()
        self.page.on("dialog", self._note_dialog)
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.goto(path.as_uri())

    def _note_dialog(self, dialog: Any) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def close(self) -> None:
        """Close the page."""
        self._context.close()


@pytest.fixture
def visit(browser: Any, tmp_path: Path) -> Any:
    """Return a function that opens a text as a page."""
    visits: list[Visit] = []

    def open_page(text: str, **context: Any) -> Visit:
        path = tmp_path / "page.html"
        path.write_text(text, encoding="utf-8")
        visits.append(Visit(browser, path, **context))
        return visits[-1]

    yield open_page
    for one in visits:
        one.close()


@pytest.fixture
def pages(build_work: Callable[..., Work], solve: Callable[..., Work], nasty_work: Work) -> dict[str, str]:
    """Return one page of each kind."""
    text = "By *Jensen*: $-\\ln$ is convex.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\nlong" + "x" * 200 + "\n```"
    figure = build_figure(tv=lambda theta: abs(theta - 0.5), other=lambda theta: theta)
    return {
        "nasty": render_page(nasty_work),
        "half": render_page(build_without_half(build_work)),
        "text": render_page(build_work({"ex5_figure": figure}, texts={"ex1d_text": text})),
        "nothing": render_page(build_work({})),
        "class": render_page(replace(build_work({}), class_scores=(CLASS,))),
        "solved": render_page(solve(build_without_half(build_work))),
        "solved nothing": render_page(solve(build_work({}))),
        "solved nasty": render_page(solve(nasty_work)),
        "ours": render_page(build_work({}, fault="gone")),
        "refused": render_refusal("A course", NASTY[0], NASTY[1]),
    }


def _open_all(page: Any) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")


def test_nothing_runs_and_nothing_is_fetched(visit: Any, pages: dict[str, str]) -> None:
    """No dialog, no request but the page's own, no script, no complaint about the page's own policy."""
    for name, text in pages.items():
        opened = visit(text)
        _open_all(opened.page)
        opened.page.mouse.move(200, 200)
        assert (name, opened.dialogs, opened.complaints) == (name, [], [])
        assert len(opened.requests) == 1
        assert opened.page.evaluate("document.scripts.length + document.images.length + document.links.length") == len(
            opened.page.query_selector_all("a[href^='#']")
        )


def test_style_is_applied(visit: Any, pages: dict[str, str]) -> None:
    """The policy knows the style by its hash; a byte more and there would be none."""
    opened = visit(pages["half"])
    assert opened.page.evaluate("getComputedStyle(document.querySelector('.lost')).fontWeight") == "700"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(visit: Any, pages: dict[str, str], scheme: str) -> None:
    """Contrast, names, headings, tables, in both colour schemes, with everything unfolded."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    for name, text in pages.items():
        # Without the policy, which keeps out axe's own script too.
        opened = visit(text.replace("default-src 'none'; ", ""), color_scheme=scheme)
        _open_all(opened.page)
        found = axe.run(opened.page).response["violations"]
        told = [(name, one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in _SERIOUS]
        assert told == []


@pytest.mark.parametrize("width", [360, 1200])
def test_no_sideways_scrolling(visit: Any, pages: dict[str, str], width: int) -> None:
    """On a phone, with long words, tables, formulas and figures unfolded."""
    for name, text in pages.items():
        opened = visit(text, viewport={"width": width, "height": 800})
        _open_all(opened.page)
        assert (name, opened.page.evaluate("document.documentElement.scrollWidth")) == (name, width)


def test_keyboard_reaches_folds_and_links(visit: Any, pages: dict[str, str]) -> None:
    """The first stop leads past the head of the page; a fold opens with a key."""
    opened = visit(pages["half"])
    opened.page.keyboard.press("Tab")
    assert opened.page.evaluate("document.activeElement.textContent") == "Skip to the exercises"
    opened.page.focus("#part-5d > summary")
    before = opened.page.evaluate("document.querySelector('#part-5d').open")
    opened.page.keyboard.press("Enter")
    assert opened.page.evaluate("document.querySelector('#part-5d').open") != before


def test_print_unfolds_what_was_lost(visit: Any, pages: dict[str, str]) -> None:
    """On paper nobody can open a fold: what follows from a mistake is there, tables of values are not."""
    opened = visit(pages["half"])
    opened.page.emulate_media(media="print")
    assert opened.page.locator(".follows li").first.is_visible()
    assert not opened.page.locator(".values").first.is_visible()


def test_headings_are_an_outline(visit: Any, pages: dict[str, str]) -> None:
    """One h1, exercises h2, parts h3, and no level is left out."""
    opened = visit(pages["text"])
    _open_all(opened.page)
    levels = opened.page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(one => Number(one.tagName[1]))")
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def test_converted_notebook_runs_nothing(visit: Any, nasty_work: Work) -> None:
    """As nbconvert makes a page of it, which would run what it finds in a markdown cell."""
    nbconvert = pytest.importorskip("nbconvert")
    import nbformat

    notebook = nbformat.reads(build_notebook(nasty_work), as_version=4)
    page, _ = nbconvert.HTMLExporter(template_name="classic").from_notebook_node(notebook)
    opened = visit(page)
    opened.page.wait_for_timeout(300)
    assert opened.dialogs == []
    assert [url for url in opened.requests if "example.org" in url] == []
    assert opened.page.query_selector_all("a[href^='javascript']") == []
    assert opened.page.query_selector_all("[onerror], [onload], [ontoggle], [onmouseover], iframe") == []
