"""The browser of this machine, driven by Playwright: for tests, and for the pictures of the documentation."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

SERIOUS = frozenset({"serious", "critical"})  # of what axe-core finds
VIEWS: dict[str, dict[str, Any]] = {
    "desk": {"viewport": {"width": 1200, "height": 900}},
    "phone": {"viewport": {"width": 360, "height": 800}},
    "dark": {"viewport": {"width": 1200, "height": 900}, "color_scheme": "dark"},
}


def find_chromium() -> str | None:
    """Return Chromium as the system has it; None where it is not installed."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@contextmanager
def open_chromium(path: str) -> Iterator[Any]:
    """Yield the browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


def check_pages(browser: Any, folder: Path, pages: Mapping[str, str], view: Mapping[str, Any]) -> None:
    """Hold that pages run and fetch nothing, are no wider than the window, and that axe-core finds nothing serious."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    for name, text in pages.items():
        path = folder / "page.html"
        # Without the policy, which keeps out axe's own script too.
        path.write_text(text.replace("default-src 'none'; ", ""), encoding="utf-8")
        context = browser.new_context(**view)
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.on("dialog", lambda _, name=name: pytest.fail(f"{name} opened a dialog"))
        page.goto(path.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        assert (name, len(asked)) == (name, 1)
        assert (name, page.evaluate("document.documentElement.scrollWidth")) == (name, view["viewport"]["width"])
        found = axe.run(page).response["violations"]
        assert [(name, one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in SERIOUS] == []
        context.close()
