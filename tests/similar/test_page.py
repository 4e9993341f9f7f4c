"""The page of alike pairs: every value is text, nothing runs, and it says first that it is no verdict."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from grader.model import Cell
from grader.similar import Found, PairView, find_pairs, list_pieces, render_page, view_pair
from grader.similar.page import HINT, show_percent
from tests.similar.conftest import build_class, digest, read_vocabulary, write_long

NASTY = '</code><script>alert("x")</script> <img src=x onerror=alert(1)> {{ 7 * 7 }} \u202e\u200b\x00'
NAMES = ("ada<b>&", "zoe\u202e'\"")
FILE = "<i>hw</i>.ipynb"


def build_nasty() -> tuple[Found, list[PairView]]:
    """Return a pair whose names, file, code and text are written by somebody who tries."""
    code = "\n".join(f"{line}  # {NASTY}" for line in write_long("alpha").splitlines())
    text = " ".join(f"word{at} {NASTY}" for at in range(30))
    cells = (Cell(0, "code", code, tags=("1a",)), Cell(1, "markdown", text, tags=("1d",)))
    found = find_pairs([*build_class(), *(digest(name, *cells) for name in NAMES)], 5)
    pieces = list_pieces({FILE: cells}, read_vocabulary())
    return found, [view_pair(pair, (pieces, pieces), read_vocabulary(), found.rare) for pair in found.pairs]


def test_everything_of_a_student_is_text() -> None:
    """No tag, attribute, placeholder or invisible sign of theirs is left."""
    found, views = build_nasty()
    assert [(one.pair.first, one.pair.second) for one in views] == [NAMES]
    page = render_page("<b>Course</b>", found, views)
    assert set(re.findall(r"<(\w+)", page)) <= {
        "html", "head", "meta", "title", "style", "body", "main", "p", "h1", "h2", "h3", "h4", "div", "span", "strong",
        "table", "thead", "tbody", "tr", "th", "td", "a", "details", "summary", "section", "figure", "figcaption",
        "ol", "li", "code",
    }  # fmt: skip
    assert not set("\u202e\u200b\x00") & set(page)
    assert "{{ 7 * 7 }}" in page
    assert set(re.findall(r'href="([^"]*)"', page)) == {"#pair-1"}
    assert "&lt;b&gt;Course" in page


def test_who_was_not_read_to_the_end_is_named() -> None:
    """As text, with the place."""
    found = find_pairs([replace(digest("<i>ada"), end="<i>hw.py, line 7"), digest("ben")], 5)
    page = render_page("Course", found, ())
    assert "&lt;i&gt;ada is longer than what is compared: read only to &lt;i&gt;hw.py, line 7." in page
    assert page.count("read only to") == 1


def test_page_lets_nothing_run() -> None:
    """Its policy lets in one style sheet by its hash."""
    page = render_page("Course", *build_nasty())
    assert "default-src 'none'; style-src 'sha256-" in page


def test_it_says_first_that_it_is_no_verdict() -> None:
    """Before any name; also where there is no pair."""
    found, views = build_nasty()
    page = render_page("Course", found, views)
    assert page.index(HINT) < page.index("ada")
    empty = render_page("Course", find_pairs([], 5), ())
    assert HINT in empty
    assert "0 students compared; no pair is more alike than the class is." in empty


def test_each_state_has_a_sign() -> None:
    """Colour is not all that tells them apart, and the signs are explained."""
    page = render_page("Course", *build_nasty())
    assert '<li class="rare"><span class="state" title="alike, and rare in the class">●</span>' in page
    assert "○</span> alike, and common in the class" in page


@pytest.mark.parametrize(("share", "shown"), [(0, "–"), (0.004, "0 %"), (0.555, "56 %"), (1, "100 %")])
def test_percent(share: float, shown: str) -> None:
    """What is not there at all is a dash."""
    assert show_percent(share) == shown
