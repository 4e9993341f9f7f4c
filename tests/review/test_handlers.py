"""An evening of marking, form by form."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest

from grader.gradebook import Gradebook, Marking
from grader.model import CellRun, Raised
from tests.feedback.conftest import ALL_NASTY, Elements
from tests.review.conftest import ANSWER, FULL, GOOD, NOON, Marker, Served, find_name

HALF = Fraction(1, 2)


def read_markings(book: Gradebook, student: str = "ada") -> list[Marking]:
    """Return every marking of a student, the earliest first."""
    return [kept.marking for kept, _ in book.marking_history(student)]


def test_saved_points_are_in_the_gradebook(eve: Marker, book: Gradebook) -> None:
    """By criterion, with who and the comment; the note stays with staff."""
    path = f"/mark/{ANSWER}/{find_name(eve)}"
    answer = eve.post(path, **{"points.growth": "1/2", "comment": "And the mixture?", "note": "copied?"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{eve.base}/mark/{ANSWER}?saved={path[-4:]}")
    (marking,) = read_markings(book)
    assert marking.points == {"growth": HALF, "bounded": Fraction(0)}
    assert (marking.who, marking.why, marking.note) == ("eve", "And the mixture?", "copied?")
    assert "copied?" not in str(book.report(book.attempts()[0].id))
    page = eve.read(path)
    assert "marked 0.5 of 1 by eve" in page
    assert "<b>eve</b>: copied?" in page


@pytest.mark.parametrize("fields", [{}, {"points.growth": "7"}, {"none": "yes", "points.growth": "1/2"}])
def test_nothing_is_saved_without_a_choice(eve: Marker, book: Gradebook, fields: dict[str, str]) -> None:
    """What was written is in the form again."""
    answer = eve.post(f"/mark/{ANSWER}/{find_name(eve)}", comment="I wrote this", note="and this", **fields)
    assert answer.status_code == 400
    assert "Nothing was saved" in answer.text
    assert "I wrote this</textarea>" in answer.text
    assert "and this</textarea>" in answer.text
    assert read_markings(book) == []


def test_zero_is_a_mark(eve: Marker, book: Gradebook) -> None:
    """None applies: that counts as marked, with no points."""
    assert eve.post(f"/mark/{ANSWER}/{find_name(eve)}", none="yes").status_code == 303
    assert [one.total for one in read_markings(book)] == [0]
    assert "All 1 answers of 5d are marked" in eve.read(f"/mark/{ANSWER}")


def test_every_save_is_kept(eve: Marker, book: Gradebook) -> None:
    """A later one takes the place of an earlier, and both are there."""
    path = f"/mark/{ANSWER}/{find_name(eve)}"
    for points in ({"none": "yes"}, FULL):
        assert eve.post(path, **points).status_code == 303
    assert [one.total for one in read_markings(book)] == [0, 1]
    assert book.current_scores()[0].marked == 1


def test_somebody_else_saved_meanwhile(
    serve: Callable[..., Served], submit: Callable[..., None], book: Gradebook
) -> None:
    """Both versions stand side by side, and either may be kept; nothing is lost."""
    submit("ada", GOOD)
    served = serve("eve", "bo")
    eve, bo = served.sign_in("eve").calibrate(), served.sign_in("bo").calibrate()
    path = f"/mark/{ANSWER}/{find_name(eve)}"
    bo.get(path)
    assert eve.post(path, **FULL, comment="fine").status_code == 303
    conflict = bo.post(path, seen="0", **{"points.growth": "1/2"}, comment="not all of it", note="hm")
    assert conflict.status_code == 409
    for words in ("eve's", "fine", "Yours", "not all of it", 'value="hm"', "The reverse divergence grows"):
        assert words in conflict.text
    assert [one.who for one in read_markings(book)] == ["eve"]
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', conflict.text))
    assert bo.send(path, **hidden).status_code == 303
    assert [(one.who, one.total) for one in read_markings(book)] == [("eve", 1), ("bo", HALF)]


def test_student_submitted_anew_meanwhile(eve: Marker, submit: Callable[..., None], book: Gradebook) -> None:
    """A mark is of the text that was read, and no other gets it."""
    path = f"/mark/{ANSWER}/{find_name(eve)}"
    old = eve.read(path).partition('name="version" value="')[2].partition('"')[0]
    assert old not in {"", book.attempts("ada")[0].submission_sha256}
    submit("ada", "Something else.", at=NOON + timedelta(hours=1), submission_sha256="2" * 64)
    answer = eve.post(path, version=old, **FULL)
    assert (answer.status_code, "submitted something else" in answer.text) == (409, True)
    assert read_markings(book) == []


@pytest.mark.parametrize("seen", ["", "-1", "x", "1" * 30, "٣"])
def test_form_says_what_was_seen(eve: Marker, book: Gradebook, seen: str) -> None:
    """Without that nobody knows whether something is lost."""
    assert eve.post(f"/mark/{ANSWER}/{find_name(eve)}", seen=seen, **FULL).status_code == 400
    assert read_markings(book) == []


def test_own_last_marking_is_taken_back(
    serve: Callable[..., Served], submit: Callable[..., None], book: Gradebook
) -> None:
    """It waits again, with the points in the form; nobody takes back another's."""
    submit("ada", GOOD)
    served = serve("eve", "bo")
    eve, bo = served.sign_in("eve").calibrate(), served.sign_in("bo").calibrate()
    name = find_name(eve)
    path = f"/mark/{ANSWER}/{name}"
    eve.post(path, **FULL, comment="fine")
    assert f"/undo/{ANSWER}/{name}" in eve.read(path)
    assert f"/undo/{ANSWER}/{name}" not in bo.read(path)
    last = read_last(eve.read(path))
    assert bo.send(f"/undo/{ANSWER}/{name}", csrf=token(bo), last=last).status_code == 409
    assert eve.send(f"/undo/{ANSWER}/{name}", csrf=token(eve)).status_code == 400  # which one?
    assert book.current_scores()[0].pending == 0
    answer = eve.send(f"/undo/{ANSWER}/{name}", csrf=token(eve), last=last)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{eve.base}{path}?keep=1")
    assert book.current_scores()[0].pending == 1
    page = eve.read(f"{path}?keep=1")
    assert "Taken back: <s>1 of 1</s>" in " ".join(page.split())
    assert "fine</textarea>" in page
    assert ">1 of 1</output>" in page  # without a script, too
    assert eve.send(f"/undo/{ANSWER}/{name}", csrf=token(eve), last=last).status_code == 409
    assert eve.post(path, none="yes").status_code == 303
    assert [one.total for one in read_markings(book)] == [1, 0, 0]


def test_undo_takes_back_what_its_page_showed(eve: Marker, book: Gradebook) -> None:
    """Not what was given since then in another tab, nor what another program saves while it looks."""
    name = find_name(eve)
    path = f"/mark/{ANSWER}/{name}"
    eve.post(path, none="yes")
    last = read_last(eve.read(path))
    assert eve.post(path, **FULL).status_code == 303
    answer = eve.send(f"/undo/{ANSWER}/{name}", csrf=token(eve), last=last)
    assert (answer.status_code, "another marking counts by now" in answer.text) == (409, True)
    assert book.current_scores()[0].marked == 1
    assert eve.send(f"/undo/{ANSWER}/{name}", csrf=token(eve), last=read_last(eve.read(path))).status_code == 303


def test_only_what_waits_can_be_marked(eve: Marker, submit: Callable[..., None], book: Gradebook) -> None:
    """Neither an empty text, nor one of another answer or name."""
    submit("bob", "")
    csrf = eve.read("/").partition('name="csrf" value="')[2].partition('"')[0]
    name = find_name(eve)
    assert len(book.texts(ANSWER)) == 1
    for path in (f"/mark/{ANSWER}/0000", f"/mark/ex5_tv/{name}", f"/mark/ex1d_text/{name}", f"/mark/{ANSWER}/%2e%2e"):
        assert eve.send(path, csrf=csrf, **FULL).status_code == 404, path
        assert eve.get(path).status_code == 404, path
    assert read_markings(book) == []


def test_examples_come_first(serve: Callable[..., Served], submit: Callable[..., None], book: Gradebook) -> None:
    """Blind; then beside the rubric's points and reason; and no text before all of them are marked."""
    submit("ada", GOOD)
    eve = serve("eve").sign_in("eve")
    assert eve.get(f"/mark/{ANSWER}").headers["location"].endswith(f"/calibrate/{ANSWER}/0")
    assert book.review_log.calibrations("eve", ANSWER) == {}
    before = eve.read(f"/calibrate/{ANSWER}/0")
    assert "its weight named" not in before
    assert eve.post(f"/calibrate/{ANSWER}/0").status_code == 400
    assert eve.post(f"/calibrate/{ANSWER}/0", **{"points.growth": "1/2"}).status_code == 303
    after = eve.read(f"/calibrate/{ANSWER}/0")
    assert "its weight named" in after
    assert "0 of 0.5</td><td>0.5 of 0.5" in after
    assert eve.get(f"/mark/{ANSWER}").headers["location"].endswith(f"/calibrate/{ANSWER}/1")
    for index in ("2", "-1", "x", "٣", "99999"):
        assert eve.get(f"/calibrate/{ANSWER}/{index}").status_code == 404


def test_text_is_not_reached_around_the_examples(serve: Callable[..., Served], submit: Callable[..., None]) -> None:
    """Neither to be read nor to be marked."""
    submit("ada", GOOD)
    submit("bob", GOOD)
    served = serve("eve")
    eve = served.sign_in("eve")
    entry = served.review.read_queue(ANSWER)[0]
    path = f"/mark/{ANSWER}/{entry.name}"
    assert eve.get(path).headers["location"].endswith(f"/calibrate/{ANSWER}/0")
    csrf = eve.read("/").partition('name="csrf" value="')[2].partition('"')[0]
    answer = eve.send(path, csrf=csrf, version=entry.version, seen="0", **FULL)
    assert (answer.status_code, served.review.read_queue(ANSWER)[0].is_marked) == (409, False)
    assert "/calibrate/" in eve.get(f"/paper/{ANSWER}").headers["location"]
    assert "/calibrate/" in eve.get(f"/group/{ANSWER}/{entry.name}").headers["location"]
    assert eve.send(f"/group/{ANSWER}/{entry.name}", csrf=csrf).status_code == 409


def test_flag_stands_on_the_first_page_until_it_is_taken_away(eve: Marker) -> None:
    """With its reason beside the text."""
    name = find_name(eve)
    assert eve.post(f"/mark/{ANSWER}/{name}".replace("/mark/", "/flag/"), csrf=token(eve), note="hm").status_code == 303
    assert f"/mark/{ANSWER}/{name}" in eve.read("/")
    assert "Flagged by eve: hm" in eve.read(f"/mark/{ANSWER}/{name}")
    assert eve.send(f"/flag/{ANSWER}/{name}", csrf=token(eve)).status_code == 303
    assert "Flagged by" not in eve.read(f"/mark/{ANSWER}/{name}")


def test_flag_needs_a_reason(eve: Marker) -> None:
    """The instructor would not know what to look at; what was typed is in the form again, and saved where saves go."""
    path = f"/mark/{ANSWER}/{find_name(eve)}"
    fields = {"csrf": token(eve), "comment": "my words", "points.growth": "1/2", "note": " "}
    answer = eve.send(path.replace("/mark/", "/flag/"), **fields)
    assert (answer.status_code, "Nothing was flagged: say why in the note" in answer.text) == (400, True)
    assert "my words</textarea>" in answer.text
    assert ">0.5 of 1</output>" in answer.text
    assert "Flagged by" not in eve.read(path)


def read_last(page: str) -> str:
    """Return the number of the marking that a page offers to take back."""
    found = re.search(r'name="last" value="(\d+)"', page)
    assert found is not None
    return found[1]


def token(marker: Marker) -> str:
    """Return the token of a marker's session."""
    return marker.read("/").partition('name="csrf" value="')[2].partition('"')[0]


def test_only_text_that_is_skipped_comes_back(eve: Marker) -> None:
    """There is nothing else."""
    name = find_name(eve)
    answer = eve.send(f"/skip/{ANSWER}/{name}", csrf=token(eve))
    assert answer.headers["location"] == f"{eve.base}/mark/{ANSWER}/{name}"


def test_texts_on_paper(eve: Marker) -> None:
    """What waits, with boxes; what is marked is no longer among it."""
    name = find_name(eve)
    page = eve.read(f"/paper/{ANSWER}")
    assert (page.count("☐"), f'id="text-{name}"' in page, "keeps the weight" in page) == (4, True, True)
    eve.post(f"/mark/{ANSWER}/{name}", **FULL)
    assert "☐" not in eve.read(f"/paper/{ANSWER}")


def test_others_page_is_named(serve: Callable[..., Served], submit: Callable[..., None]) -> None:
    """Softly: it can be marked, and what comes next is another."""
    submit("ada", GOOD)
    submit("bob", f"{GOOD} Indeed.")
    served = serve("eve", "bo")
    eve, bo = served.sign_in("eve").calibrate(), served.sign_in("bo").calibrate()
    name = find_name(eve)
    eve.read(f"/mark/{ANSWER}/{name}")
    served.clock.now += 40
    assert "eve opened this 40 s ago" in bo.read(f"/mark/{ANSWER}/{name}")
    assert find_name(bo) != name
    served.clock.now += 120
    assert find_name(bo) == name


def test_texts_are_found_by_short_name(eve: Marker) -> None:
    """However it is written."""
    name = find_name(eve)
    assert eve.get(f"/find/{ANSWER}?name=%20{name.upper()}").headers["location"].endswith(f"/mark/{ANSWER}/{name}")
    assert eve.get(f"/find/{ANSWER}?name=zzzz").status_code == 404


@pytest.fixture
def alike(serve: Callable[..., Served], submit: Callable[..., None]) -> tuple[Served, Marker, dict[str, str]]:
    """Return a class of four, two of whom wrote the same as ada; and their short names."""
    for student, text in {"ada": GOOD, "bob": GOOD.upper(), "cy": f"{GOOD} Indeed.", "dan": "Other words."}.items():
        submit(student, text)
    served = serve("eve", "bo")
    names = {entry.text.student: entry.name for entry in served.review.read_queue(ANSWER)}
    return served, served.sign_in("eve").calibrate(), names


def test_ticked_texts_get_a_marking_of_their_own(alike: tuple[Served, Marker, dict[str, str]], book: Gradebook) -> None:
    """Shown side by side; no box is ticked, and those that are not get nothing."""
    _, eve, names = alike
    eve.post(f"/mark/{ANSWER}/{names['ada']}", **FULL, comment="fine")
    path = f"/group/{ANSWER}/{names['ada']}"
    page = eve.read(path)
    assert (page.count('type="checkbox"'), " checked" in page, names["dan"] in page) == (2, False, False)
    assert "the same words" in page
    assert "<ins>Indeed.</ins>" in page
    assert eve.post(path).status_code == 400
    assert eve.post(path, **{f"take.{names['bob']}": "yes"}).status_code == 303
    (marking,) = read_markings(book, "bob")
    assert (marking.total, marking.who, marking.why) == (1, "eve", "fine")
    assert marking.note == f"same as {names['ada']}"
    assert read_markings(book, "cy") == []


def test_texts_that_got_the_same_are_named(alike: tuple[Served, Marker, dict[str, str]]) -> None:
    """All of them, and how many; also where nothing is left to be marked."""
    _, eve, names = alike
    eve.post(f"/mark/{ANSWER}/{names['ada']}", **FULL)
    path = f"/group/{ANSWER}/{names['ada']}"
    both = {f"take.{names[student]}": "yes" for student in ("bob", "cy")}
    told = f"Saved for {', '.join(sorted((names['bob'], names['cy'])))} (2 answers)."
    place = eve.post(path, **both).headers["location"].removeprefix(eve.base)
    assert told in eve.read(place)
    eve.post(f"/mark/{ANSWER}/{names['dan']}", **FULL)
    assert told in eve.read(f"/mark/{ANSWER}?{place.partition('?')[2]}")
    assert "<b>" not in eve.read(f"/mark/{ANSWER}?saved=%3Cb%3E")


def test_unmarked_and_unlike_texts_give_and_get_nothing(
    alike: tuple[Served, Marker, dict[str, str]], book: Gradebook
) -> None:
    """Whatever form is sent."""
    served, eve, names = alike
    path = f"/group/{ANSWER}/{names['ada']}"
    assert eve.post(path, **{f"take.{names['bob']}": "yes"}).status_code == 400
    eve.post(f"/mark/{ANSWER}/{names['ada']}", **FULL)
    other = {
        f"take.{names['dan']}": "yes",
        f"seen.{names['dan']}": "0",
        f"version.{names['dan']}": served.review.read_queue(ANSWER).find(names["dan"]).version,
    }
    assert eve.post(path, **other).status_code == 400
    assert [read_markings(book, student) for student in ("bob", "dan")] == [[], []]


def test_text_that_changed_meanwhile_is_left(
    alike: tuple[Served, Marker, dict[str, str]], submit: Callable[..., None], book: Gradebook
) -> None:
    """Its words were not looked at."""
    _, eve, names = alike
    eve.post(f"/mark/{ANSWER}/{names['ada']}", **FULL)
    path = f"/group/{ANSWER}/{names['ada']}"
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', eve.read(path)))
    submit("bob", f"{GOOD} Also.", at=NOON + timedelta(hours=1), submission_sha256="2" * 64)
    answer = eve.send(path, **fields, **{f"take.{names['bob']}": "yes"})
    assert f"or they have changed: {names['bob']}" in answer.text
    assert read_markings(book, "bob") == []


def test_what_is_marked_blind_is_in_no_group(
    serve: Callable[..., Served], submit: Callable[..., None], book: Gradebook
) -> None:
    """Neither shown with its marking, nor given another's."""
    submit("ada", GOOD)
    submit("bob", GOOD)
    served = serve("eve", "bo", percent_twice=100)
    names = {entry.text.student: entry.name for entry in served.review.read_queue(ANSWER)}
    eve, bo = served.sign_in("eve").calibrate(), served.sign_in("bo").calibrate()
    bo.post(f"/mark/{ANSWER}/{names['bob']}", **FULL)
    eve.post(f"/mark/{ANSWER}/{names['ada']}", none="yes")
    path = f"/group/{ANSWER}/{names['bob']}"
    assert names["ada"] not in bo.read(path)
    entry = served.review.read_queue(ANSWER).find(names["ada"])
    fields = {f"take.{names['ada']}": "yes", f"seen.{names['ada']}": str(entry.seen)}
    fields |= {f"version.{names['ada']}": entry.version}
    assert bo.post(path, **fields, rubric=served.review.asked[ANSWER].rubric_key).status_code == 400
    assert book.review_log.marked_twice() == []
    assert "Not marked yet" in bo.read(path.replace(names["bob"], names["ada"]))


def test_text_that_another_marked_meanwhile_is_left(
    alike: tuple[Served, Marker, dict[str, str]], book: Gradebook
) -> None:
    """Their marking stays, and the others get theirs."""
    served, eve, names = alike
    eve.post(f"/mark/{ANSWER}/{names['ada']}", **FULL)
    served.sign_in("bo").calibrate().post(f"/mark/{ANSWER}/{names['bob']}", none="yes")
    ticked = {f"take.{names[one]}": "yes" for one in ("bob", "cy")}
    answer = eve.post(f"/group/{ANSWER}/{names['ada']}", **ticked, **{f"seen.{names['bob']}": "0"})
    assert f"in the meantime, or they have changed: {names['bob']}" in answer.text
    assert [(one.who, one.total) for one in read_markings(book, "bob")] == [("bo", 0)]
    assert [one.total for one in read_markings(book, "cy")] == [1]


def test_no_page_names_a_student(serve: Callable[..., Served], submit: Callable[..., None]) -> None:
    """Nor a file of theirs, whatever the checks say of it."""
    error = Raised(error="NameError", message="name 'Q' is not defined", line=1)
    run = {"cells": (CellRun(index=0, status="raised", error=error),)}
    submit("zebediah", GOOD, {"ex5_at_001": {"kl": 1.0}}, run=run)
    submit("yolanda", GOOD)
    served = serve("eve", percent_twice=50)
    eve = served.sign_in("eve").calibrate()
    paths = ["/", f"/mark/{ANSWER}", f"/agreement/{ANSWER}", f"/paper/{ANSWER}"]
    for entry in served.review.read_queue(ANSWER):
        paths += [f"/mark/{ANSWER}/{entry.name}", f"/group/{ANSWER}/{entry.name}"]
        eve.post(f"/mark/{ANSWER}/{entry.name}", **FULL)
    for path in [*paths, f"/mark/{ANSWER}?saved={entry.name}"]:
        page = eve.get(path).text.lower()
        assert "zebediah" not in page, path
        assert "yolanda" not in page, path


def test_work_of_another_version_of_the_course(
    exercise_5: Any, serve: Callable[..., Served], submit: Callable[..., None]
) -> None:
    """It cannot be shown; what to do is said, and not whose it is."""
    submit("zebediah", GOOD)
    served = serve("eve", course=exercise_5.course.model_copy(update={"sha256": "d" * 64}))
    eve = served.sign_in("eve").calibrate()
    answer = eve.get(f"/mark/{ANSWER}/{find_name(eve)}")
    assert answer.status_code == 409
    assert "grader judge" in answer.text
    assert "zebediah" not in answer.text


def test_hostile_text_does_nothing(serve: Callable[..., Served], submit: Callable[..., None]) -> None:
    """In any place of any page."""
    submit("ada", ALL_NASTY, {"ex5_bounded": {ALL_NASTY}}, source=f"# {ALL_NASTY}\nx = 1")
    submit("bob", f"{ALL_NASTY} and more")
    served = serve("eve")
    eve = served.sign_in("eve").calibrate()
    for entry in served.review.read_queue(ANSWER):
        for path in (f"/mark/{ANSWER}/{entry.name}", f"/group/{ANSWER}/{entry.name}"):
            page = eve.read(path)
            own = page.replace('<script src="/static/review.js" defer></script>', "")
            own = own.replace('<link rel="stylesheet" href="/static/review.css">', "")
            body = own.partition("<main")[2].replace("/secret/", "#")
            assert "<script" not in body
            assert "\u202e" not in body
            found = Elements(body)
            assert not [one for one, _ in found.attributes if one.startswith("on") or one in {"style", "src", "srcdoc"}]
            assert {value for one, value in found.attributes if one == "href" and not value.startswith("#")} == set()
            assert not found.tags & {"img", "iframe", "script", "style", "link", "object", "embed", "base", "meta"}


def test_texts_of_other_files_can_be_read(serve: Callable[..., Served], submit: Callable[..., None]) -> None:
    """Which do not count; where they say the same, that is said. No file is named."""
    runs = tuple({"file": f"ada{n}.ipynb", "texts": {ANSWER: text}} for n, text in enumerate(("Mine, at first.", GOOD)))
    submit("ada", GOOD, runs=runs)
    eve = serve("eve").sign_in("eve").calibrate()
    page = eve.read(f"/mark/{ANSWER}/{find_name(eve)}")
    assert "Written in 2 files." in page
    assert page.index("The reverse divergence grows") < page.index("Mine, at first.")
    assert "ada" not in page.partition("<body")[2].replace("data", "")
    submit("bob", GOOD, runs=tuple({**run, "texts": {ANSWER: GOOD}} for run in runs))
    pages = [eve.read(f"/mark/{ANSWER}/{one.name}") for one in serve("eve").review.read_queue(ANSWER)]
    assert sum("the others say the same" in one for one in pages) == 1
