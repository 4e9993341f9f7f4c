"""Marking in a real browser: by keyboard alone, on a phone, in the dark, without a script, without a server."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn

from grader.gradebook import Gradebook
from grader.pipeline import Grader
from grader.review.server import Public, Settings, serve
from grader.spec import load_course
from tests.feedback.conftest import ALL_NASTY
from tests.review.conftest import ANSWER, GOOD, WORDS
from tests.review.test_rubric_handlers import POINTS

pytestmark = pytest.mark.xdist_group("browser")
_SERIOUS = {"serious", "critical"}


class Running:
    """`grader review`, for two markers."""

    def __init__(self, course: Any, book: Gradebook, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
        self.course, self.book, self.settings = course, book, settings
        self.servers: list[uvicorn.Server] = []
        servers = self.servers

        class Kept(uvicorn.Server):
            def __init__(self, config: uvicorn.Config) -> None:
                super().__init__(config)
                servers.append(self)

        monkeypatch.setattr(uvicorn, "Server", Kept)
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.links: dict[str, str] = {}
        self.servers.clear()
        arguments = (self.course, self.book, self.settings, self.links.__setitem__)
        self.thread = threading.Thread(target=serve, args=arguments, daemon=True)
        self.thread.start()
        while len(self.links) < len(self.settings.markers or [""]) or not (self.servers and self.servers[0].started):
            assert self.thread.is_alive()
            time.sleep(0.01)

    def restart(self) -> None:
        """Stop it, and start it again at the same port, with the same gradebook."""
        port = urlsplit(self.links["eve"]).port
        assert port is not None
        self.stop()
        self.settings = replace(self.settings, port=port)
        self.start()

    def stop(self) -> None:
        """Stop it, as Ctrl+C does."""
        self.servers[0].should_exit = True
        self.thread.join(30)


@pytest.fixture
def running(
    exercise_5: Grader, book: Gradebook, submit: Callable[..., None], monkeypatch: pytest.MonkeyPatch, folder: Path
) -> Iterator[Running]:
    """Yield the program, with a class of four: two wrote the same, one something hostile."""
    for student, text in {"ada": GOOD, "bob": GOOD.upper(), "cy": "KL blows up. " * 30, "eli": ALL_NASTY}.items():
        submit(student, text, {"ex5_at_001": {"kl": 0.637, "reverse_kl": 1.614, "tv": 0.98, "jsd": 0.1}})
    for who in ("eve", "bo"):
        for example in _list_examples(exercise_5):
            book.review_log.calibrate(who, ANSWER, example, {})
    made = Running(exercise_5.course, book, monkeypatch, Settings(("eve", "bo"), "127.0.0.1", 0, folder=folder))
    yield made
    made.stop()


def _list_examples(grader: Grader) -> list[str]:
    from grader.review.view import build_examples, list_asked

    return [one.key for one in build_examples(list_asked(grader.course)[ANSWER].rubric)]


@pytest.fixture
def enter(browser: Any, running: Running) -> Iterator[Callable[..., Any]]:
    """Yield a function that opens a page for a marker."""
    contexts: list[Any] = []

    def open_page(who: str = "eve", **settings: Any) -> Any:
        contexts.append(browser.new_context(**settings))
        page = contexts[-1].new_page()
        page.set_default_timeout(20_000)
        page.complaints = []
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("dialog", lambda dialog: page.complaints.append(dialog.message) or dialog.dismiss())
        page.goto(running.links[who])
        page.click("button.main")
        page.wait_for_selector(".queues")
        page.click("text=5d")
        reach(page, "#sheet")
        return page

    yield open_page
    for context in contexts:
        context.close()


def reach(page: Any, selector: str) -> None:
    """Wait for a page that has this; keys are heard once the script has run, which is before it counts as loaded."""
    page.wait_for_selector(selector)
    page.wait_for_load_state()


def save(page: Any) -> None:
    """Press Enter, and wait for the next page."""
    before = page.url
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != before)  # the pages' policy forbids `wait_for_function`
    page.wait_for_load_state()


def read_marks(book: Gradebook) -> list[tuple[str, str]]:
    """Return the points and the comments, by student."""
    texts = [(text.student, text.marking) for text in book.texts(ANSWER)]
    return [(student, f"{one.total} {one.why}".strip()) for student, one in texts if one is not None]


def test_a_class_is_marked_by_keyboard_alone(enter: Callable[..., Any], book: Gradebook) -> None:
    """Digits, Enter, a comment; what was saved is read out, and the last can be undone."""
    page = enter()
    page.keyboard.press("1")
    assert page.inner_text("#total") == "0.5 + 0 = 0.5 of 1"
    assert page.locator("[data-of=growth]").is_hidden()
    assert page.locator("[data-of=bounded]").is_visible()
    page.keyboard.press("c")
    page.keyboard.type("1 more word")
    page.keyboard.press("Escape")
    first = page.inner_text("h1").removeprefix("Answer ")
    save(page)
    page.wait_for_selector("#status:not(:empty)")
    second = page.inner_text("h1").removeprefix("Answer ")
    assert page.inner_text("#status") == f"Saved 0.5 of 1 point for {first}. 3 to go. Now {second}."
    assert page.evaluate("document.activeElement.id") == "rubric"
    page.keyboard.press("0")
    assert page.inner_text("#total") == "0 + 0 = 0 of 1"
    save(page)
    page.keyboard.press("u")
    reach(page, f"h1:has-text('{second}')")
    assert page.inner_text("#total") == "0 + 0 = 0 of 1"
    page.keyboard.press("1")
    page.keyboard.press("2")
    assert page.inner_text("#total") == "0.5 + 0.5 = 1 of 1"
    page.keyboard.press("Control+Enter")
    reach(page, f"h1:not(:has-text('{second}'))")
    for _ in range(2):
        page.keyboard.press("0")
        save(page)
    assert page.inner_text("h1") == "All 4 answers of 5d are marked"
    assert sorted(points for _, points in read_marks(book)) == ["0", "0", "1", "1/2 1 more word"]
    assert page.complaints == []


def test_digit_cycles_and_enter_without_one_saves_nothing(enter: Callable[..., Any], book: Gradebook) -> None:
    """Full, none, full again."""
    page = enter()
    page.keyboard.press("Enter")
    assert "choose points for at least one item" in page.inner_text("#trouble")
    totals = []
    for _ in range(3):
        page.keyboard.press("2")
        totals.append(page.inner_text("#total"))
    assert totals == ["0 + 0.5 = 0.5 of 1", "0 + 0 = 0 of 1", "0 + 0.5 = 0.5 of 1"]
    assert read_marks(book) == []


def test_keys_open_folds_and_move(enter: Callable[..., Any]) -> None:
    """Each as its button says; switched off, none does anything."""
    page = enter()
    for key, fold in {"s": "statement", "e": "examples", "r": "raw", "d": "code", "?": "help"}.items():
        page.keyboard.press(key)
        assert page.evaluate("id => document.getElementById(id).open", fold), fold
    here = page.inner_text("h1")
    page.keyboard.press("j")
    reach(page, f"h1:not(:has-text('{here}'))")
    page.keyboard.press("Shift+J")
    reach(page, f"h1:has-text('{here}')")
    page.keyboard.press("?")
    page.uncheck("#keys")
    page.keyboard.press("s")
    page.keyboard.press("1")
    assert not page.evaluate("document.getElementById('statement').open")
    assert page.inner_text("#total") == "– of 1"


def test_list_of_keys_comes_into_sight(enter: Callable[..., Any]) -> None:
    """It has the focus; Esc, or the same key, closes it, and the focus goes back to where it was."""
    page = enter(viewport={"width": 1200, "height": 900})
    focused = "document.activeElement.id || document.activeElement.parentElement.id"
    for closing in ("?", "Escape"):
        page.focus("#rubric")
        page.keyboard.press("?")
        box = page.locator("#help .keys").bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 900
        assert page.evaluate(focused) == "help"
        page.keyboard.press(closing)
        assert not page.evaluate("document.getElementById('help').open")
        assert page.evaluate(focused) == "rubric"


def test_flag_asks_why_first(enter: Callable[..., Any]) -> None:
    """In the note, which is then empty again; what else was typed stays."""
    page = enter()
    page.fill("#comment", "my words")
    page.focus("#rubric")
    page.keyboard.press("x")
    assert page.inner_text("#trouble") == "Say why in the note, then flag (x)."
    page.keyboard.type("a quote of whom?")
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    reach(page, "text=Flagged by eve: a quote of whom?")
    assert page.input_value("#note") == ""
    assert page.input_value("#comment") == "my words"
    page.focus("#rubric")
    page.keyboard.press("x")
    reach(page, "#flag:has-text('Flag for the instructor')")


def test_lost_server_loses_nothing(enter: Callable[..., Any], running: Running) -> None:
    """The marks stay in the form, and in the tab when the page is loaded again."""
    page = enter()
    page.keyboard.press("1")
    page.fill("#comment", "my words")
    page.goto(page.url)
    assert page.inner_text("#total") == "0.5 + 0 = 0.5 of 1"
    assert page.input_value("#comment") == "my words"
    running.stop()
    page.click("#save")
    page.wait_for_selector("#trouble:not([hidden])")
    assert "Not saved" in page.inner_text("#trouble")
    assert page.input_value("#comment") == "my words"


def test_program_that_was_started_again_loses_nothing(enter: Callable[..., Any], running: Running) -> None:
    """The old page says what to do; after the new link in the same tab, the text has all that was typed."""
    page = enter()
    page.keyboard.press("1")
    page.fill("#comment", "my words")
    page.fill("#note", "and a note")
    page.focus("h2#rubric")
    here = page.inner_text("h1")
    running.restart()
    page.keyboard.press("Enter")
    page.wait_for_selector("#trouble:not([hidden])")
    assert "the program was started again. Open the new link in this tab" in page.inner_text("#trouble")
    assert page.input_value("#comment") == "my words"
    page.goto(running.links["eve"])
    page.click("button.main")
    page.wait_for_selector(".queues")
    page.click("text=5d")
    reach(page, f"h1:has-text('{here}')")
    page.wait_for_selector("#status:has-text('What you had not saved here is in the form again.')")
    assert page.input_value("#comment") == "my words"
    assert page.input_value("#note") == "and a note"
    assert page.inner_text("#total") == "0.5 + 0 = 0.5 of 1"
    save(page)
    page.wait_for_selector("#status:has-text('Saved 0.5 of 1 point')")
    assert page.evaluate("Object.keys(sessionStorage)") == []  # nothing comes back that was saved


def test_draft_of_another_rubric_gives_no_points(
    enter: Callable[..., Any], book: Gradebook, folder: Path, exercise_5: Grader
) -> None:
    """The same number may mean something else by now; words come back, and points as the program carries them over."""
    page = enter()
    page.keyboard.press("1")
    page.fill("#comment", "my words")
    change_rubric(folder, book, exercise_5, POINTS)
    page.goto(page.url)
    page.wait_for_selector("#status:has-text('in the form again, without its points: the rubric has changed.')")
    assert page.inner_text("#total") == "– of 1"
    page.focus("#rubric")
    page.keyboard.press("1")
    change_rubric(folder, book, exercise_5, [("Compare each distribution", "Compare both")])
    page.keyboard.press("Enter")
    reach(page, "#trouble:has-text('the rubric has changed')")
    assert page.inner_text("#total") == "0.75 + 0 = 0.75 of 1"
    page.goto(page.url)
    page.wait_for_selector("#status:has-text('in the form again.')")
    assert page.inner_text("#total") == "0.75 + 0 = 0.75 of 1"
    assert page.input_value("#comment") == "my words"


def change_rubric(folder: Path, book: Gradebook, grader: Grader, pairs: Sequence[tuple[str, str]]) -> None:
    """Replace words of the rubric's file, and have eve mark its examples."""
    file = folder / "rubrics" / "5d.yaml"
    text = file.read_text()
    for old, new in pairs:
        text = text.replace(old, new, 1)
    file.write_text(text)
    changed = replace(grader, course=load_course(folder))
    for example in _list_examples(changed):
        book.review_log.calibrate("eve", ANSWER, example, {})


def test_error_page_keeps_what_was_typed(enter: Callable[..., Any], book: Gradebook) -> None:
    """Whatever the program, or what stands before it, answers: the form stays, and says what was said."""
    page = enter()
    page.fill("#comment", "my words")
    page.keyboard.press("Control+Enter")  # nothing is chosen yet
    page.evaluate("document.querySelector('input[name=\"points.growth\"]').value = '7'")
    page.check("input[name='points.growth'][value='7']")
    page.click("#save")
    reach(page, "#trouble:has-text('expected one of')")
    assert page.input_value("#comment") == "my words"
    page.check("input[name='points.growth'][value='1/2']")
    page.evaluate("document.getElementById('sheet').action += 'zz'")
    page.click("#save")
    page.wait_for_selector("#trouble:has-text('No text of this name waits')")
    page.route("**/mark/**", lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>"))
    page.click("#save")
    page.wait_for_selector("#trouble:has-text('got 502')")
    page.unroute("**/mark/**")
    page.goto(page.url)
    assert page.input_value("#comment") == "my words"
    assert page.inner_text("#total") == "0.5 + 0 = 0.5 of 1"
    assert read_marks(book) == []


def test_two_markers_meet(enter: Callable[..., Any], book: Gradebook) -> None:
    """The later sees both, and keeps one."""
    eve, bo = enter("eve"), enter("bo")
    bo.goto(eve.url)
    eve.keyboard.press("1")
    save(eve)
    bo.keyboard.press("0")
    bo.keyboard.press("Enter")
    bo.wait_for_selector(".versions")
    assert "was marked by somebody else" in bo.inner_text("h1")
    bo.click("text=Keep mine")
    reach(bo, "#sheet")
    assert [points for _, points in read_marks(book)] == ["0"]


def test_plain_form_works_without_a_script(enter: Callable[..., Any], book: Gradebook) -> None:
    """All but the keys."""
    page = enter(java_script_enabled=False)
    assert page.locator("[data-of]").count() == 2
    page.check("input[name='points.growth'][value='1/2']")
    page.fill("#comment", "by hand")
    page.click("#save")
    reach(page, "text=3 to go")
    assert [points for _, points in read_marks(book)] == ["1/2 by hand"]


@pytest.mark.parametrize("settings", [{"color_scheme": "light"}, {"color_scheme": "dark"}])
def test_axe_finds_nothing_serious(enter: Callable[..., Any], settings: dict[str, str]) -> None:
    """On every page, in both colour schemes, with everything unfolded."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = enter(bypass_csp=True, **settings)
    here = page.url
    page.keyboard.press("1")
    save(page)
    group = here.replace("/mark/", "/group/").partition("?")[0]
    base = here.partition("/mark/")[0]
    for address in (
        here,
        f"{base}/",
        group,
        f"{base}/calibrate/{ANSWER}/0",
        f"{base}/agreement/{ANSWER}",
        f"{base}/paper/{ANSWER}",
        f"{base}/class",
    ):
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        found = axe.run(page).response["violations"]
        told = [(address, one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in _SERIOUS]
        assert told == []


@pytest.mark.parametrize("settings", [{}, {"color_scheme": "dark", "viewport": {"width": 360, "height": 700}}])
def test_rubric_is_changed_by_keyboard(enter: Callable[..., Any], book: Gradebook, folder: Path, settings: Any) -> None:
    """Edited as text; what it does is read before it is written."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = enter(bypass_csp=True, **settings)
    page.keyboard.press("1")
    save(page)
    page.click("text=Change the rubric")
    reach(page, "#text")
    told = check_page(axe, page)
    text = page.input_value("#text").replace("points: 0.5", "points: 0.75", 1).replace("points: 0.5", "points: 0.25", 1)
    page.fill("#text", text)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    reach(page, "#problems")
    assert "1/2: expected points that the criterion gives" in page.inner_text("#problems")
    told += check_page(axe, page)
    text = text.replace("growth: 0.5", "growth: 0.75").replace("bounded: 0.5", "bounded: 0.25")
    page.fill("#text", text)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    reach(page, ".effect")
    assert "Recomputes 1 mark: 1 goes up, 0 go down, mean 0.5 → 0.75." in page.inner_text(".effect")
    told += check_page(axe, page)
    page.focus("#why")
    page.keyboard.type("growth is harder")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    reach(page, "text=1 recomputed")
    assert (folder / "rubrics" / "5d.yaml").read_text() == text
    assert [points for _, points in read_marks(book)] == ["3/4"]
    page.click("text=What has to be looked at again")
    reach(page, "text=was looked at for all items")
    assert told + check_page(axe, page) == []


def check_page(axe: Any, page: Any) -> list[Any]:
    """Return what is wrong with a page; none is wider than the window."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = axe.run(page).response["violations"]
    return [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in _SERIOUS]


@pytest.fixture
def public(
    exercise_5: Grader, book: Gradebook, submit: Callable[..., None], monkeypatch: pytest.MonkeyPatch, accounts: Any
) -> Iterator[str]:
    """Yield the address of the page as it is served to other machines, with TLS."""
    submit("ada", GOOD)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    tls = Path(__file__).with_name("tls")
    settings = Public(f"https://localhost:{port}", accounts, tls / "cert.pem", tls / "key.pem")
    made = Running(exercise_5.course, book, monkeypatch, Settings((), "127.0.0.1", port, public=settings))
    yield made.links[""]
    made.stop()


@pytest.mark.parametrize("settings", [{}, {"color_scheme": "dark", "viewport": {"width": 360, "height": 700}}])
def test_sign_in_by_keyboard(browser: Any, public: str, settings: Any) -> None:
    """A wrong password is said, and asked for again; the right one leads to the texts, and the session can be ended."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    context = browser.new_context(ignore_https_errors=True, bypass_csp=True, **settings)
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto(public)
    page.wait_for_load_state()
    told = []
    for word in ("not this one", WORDS):
        told += check_page(axe, page)
        if page.evaluate("document.activeElement.id") == "name":
            page.keyboard.type("eve")
            page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == "password"
        page.keyboard.type(word)
        page.keyboard.press("Enter")
        page.wait_for_selector("[role=alert]" if word != WORDS else ".queues")
    assert told == []
    (cookie,) = context.cookies()
    assert (cookie["name"], cookie["secure"], cookie["httpOnly"]) == ("__Host-grader_review", True, True)
    page.click("text=End session")
    page.wait_for_selector("text=There is no session here")
    assert context.cookies() == []
    context.close()


@pytest.mark.parametrize("width", [360, 1200])
def test_no_sideways_scrolling(enter: Callable[..., Any], width: int) -> None:
    """On a phone the points and the button that saves are always in sight."""
    page = enter(viewport={"width": width, "height": 700})
    for _ in range(4):
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        assert page.evaluate("document.documentElement.scrollWidth") == width
        for place in ("h1", "fieldset"):
            page.evaluate("place => document.querySelector(place).scrollIntoView({behavior: 'instant'})", place)
            box = page.locator("#save").bounding_box()
            assert box is not None
            assert box["y"] + box["height"] <= 700
        page.goto(page.evaluate("document.getElementById('next').href"))
    page.goto(page.evaluate("document.getElementById('other-part').href") + "class?sort=mean")
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.complaints == []
