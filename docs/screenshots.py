"""Takes the pictures of the pages of `grader review` and of the class page anew: `make screenshots`.

The class is generated (`bench/marked_class.py`), so that nobody's work is shown, and small, so that it is done at once.
"""

from __future__ import annotations

import subprocess  # noqa: TID251 - runs the program that is shown
import sys
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from bench.contender import PROJECT
from bench.marked_class import MARKERS, mark_half, read_queue, record_class
from bench.pages import ANSWER, RUBRIC, Server, grade_samples, propose_rubric
from grader.gradebook import Gradebook
from grader.review.queue import Queue
from tests.chromium import find_chromium, open_chromium

TARGET = PROJECT / "docs" / "screenshots"
STUDENTS = 120  # of whom some are marked twice
DESK, PHONE = {"width": 1100, "height": 800}, {"width": 390, "height": 800}
COLOURS = 64
PATIENCE_MS = 600_000  # the class page is computed first


def main() -> None:
    """Generate the class, start the server, and take every picture."""
    chromium = find_chromium()
    if chromium is None:
        sys.exit("no Chromium on this machine: apt-get install chromium")
    TARGET.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        work = Path(place)
        url = f"sqlite:///{work / 'grades.db'}"
        source = grade_samples(work, PROJECT)
        with Gradebook.open(url) as book:
            record_class(source, book, STUDENTS)
            mark_half(source, book)
            queue = read_queue(book, ANSWER)
        shared = share_class(work, url)
        with Server(PROJECT, url) as server, open_chromium(chromium) as browser:
            server.wait_until_quiet()
            Photographer(browser, server.links[MARKERS[0]], queue).take_all(shared)


def share_class(work: Path, url: str) -> Path:
    """Return the class page for everybody."""
    page = work / "class.html"
    words = ["stats", "--db", url, "--course", str(PROJECT), "--shareable", "--out", str(page)]
    subprocess.run([sys.executable, "-m", "grader", *words], check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    return page


class Photographer:
    """One marker in a browser, who looks at one page after the other."""

    def __init__(self, browser: Any, link: str, queue: Queue) -> None:
        self._page = browser.new_page(viewport=DESK)
        self._page.set_default_timeout(PATIENCE_MS)
        self._page.goto(link)
        self._page.click("button.main")
        self._page.wait_for_selector(".queues")
        self._base, self._queue = self._page.url.rstrip("/"), queue

    def take_all(self, shared: Path) -> None:
        """Take every picture."""
        first = next(entry.name for entry in self._queue if entry.text.student == "student00000")
        waiting = self._queue.left[0].name
        self.take("home", f"{self._base}/")
        self.take("mark", f"{self._base}/mark/{ANSWER}/{waiting}", self._choose)
        self.take("mark-phone", self._page.url, self._choose, viewport=PHONE)
        self.take("mark-dark", self._page.url, self._choose, scheme="dark")
        self.take("group", f"{self._base}/group/{ANSWER}/{first}")
        self.take("example", f"{self._base}/calibrate/{ANSWER}/1")
        self.take("agreement", f"{self._base}/agreement/{ANSWER}")
        self.take("rubric-effect", f"{self._base}/rubric/{ANSWER}/edit", self._propose)
        self.take("class", f"{self._base}/class")
        self.take("class-shared", shared.as_uri())

    def take(
        self,
        name: str,
        address: str,
        prepare: Callable[[], None] = lambda: None,
        *,
        viewport: dict[str, int] = DESK,
        scheme: str = "light",
    ) -> None:
        """Take a picture of what a window shows, once something was done on the page."""
        self._page.set_viewport_size(viewport)
        self._page.emulate_media(color_scheme=scheme)
        self._page.goto(address)
        prepare()
        save_small(self._page.screenshot(), TARGET / f"{name}.png")
        self._page.evaluate("sessionStorage.clear()")  # what was chosen for a picture is no draft

    def _choose(self) -> None:
        self._page.click("label:has(input[name='points.growth'][value='1/2'])")
        self._page.evaluate("window.scrollTo(0, 0)")

    def _propose(self) -> None:
        text = (PROJECT / RUBRIC).read_text(encoding="utf-8")
        self._page.fill("textarea[name=text]", propose_rubric(text))
        self._page.click("main button.main")
        self._page.wait_for_selector(".patch")


def save_small(content: bytes, path: Path) -> None:
    """Write a picture with few colours, which text and bars do not need more of."""
    picture = Image.open(BytesIO(content)).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    main()
