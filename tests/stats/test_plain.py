"""The class page as text and as JSON."""

from __future__ import annotations

import json
from dataclasses import replace

from grader.course import Course
from grader.feedback import Work
from grader.stats import Drawings, Roll, compute_stats, render_json, render_text, share
from tests.stats.conftest import Class, read_facts
from tests.stats.test_page import build_nasty
from tests.stats.test_sharing import draw_curves


def test_text_has_every_table(course: Course, draw_class: Class) -> None:
    """In the order of the page."""
    stats = compute_stats(course, read_facts(course, draw_class(30, 1, 0.0)), Roll(waiting=1))
    text = render_text(stats, width=100, color=False)
    titles = ["Class of 30 · 30 graded", "1 text to mark", "What to teach next", "Parts", "Known mistakes"]
    titles += ["Theorems violated", "Checks that say nothing", "Runs", "Imports", "Marking: none"]
    assert [text.index(title) for title in titles] == sorted(text.index(title) for title in titles)


def test_text_obeys_nothing(course: Course, draw_class: Class, nasty_work: Work) -> None:
    """Neither a terminal nor a CI runner gets a command from a name or a message."""
    stats = build_nasty(course, draw_class, nasty_work)
    stats = replace(stats, broken=(("\x1b[31m::error::", 3),))
    text = render_text(stats, width=100, color=False)
    assert "\x1b" not in text
    assert "::error" not in text
    assert "\u202e" not in text


def test_json_of_staff(course: Course, draw_class: Class) -> None:
    """Numbers as numbers, curves counted; ASCII, so that any name can be written."""
    reports = [replace(one, student=f"zoë\ud800{index}") for index, one in enumerate(draw_class(30, 1, 0.0))]
    stats = compute_stats(course, read_facts(course, reports), Roll(), drawn=Drawings(draw_curves(9)))
    text = render_json(stats)
    data = json.loads(text)
    assert text.isascii()
    assert (data["schema"], data["audience"], data["graded"]) == ("grader/stats/v1", "staff", 30)
    assert data["panels"] == [
        {"part": "5a", "answer": "ex5_figure", "group": "", "accepted": 9, "refused": 0, "left_out": 0}
    ]
    assert data["parts"][0]["max"] == float(stats.parts[0].max)


def test_json_for_everybody(course: Course, draw_class: Class) -> None:
    """Groups of five by their lowest number."""
    data = json.loads(render_json(share(course, read_facts(course, draw_class(33, 1, 0.0)))))
    assert (data["audience"], data["count"]) == ("everybody", {"low": 30})
    assert {one["count"]["low"] % 5 for one in data["bins"]} == {0}
