"""The page that shows alike pairs side by side: HTML without a script, every value escaped. For staff alone."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from jinja2 import ChoiceLoader, Environment, PackageLoader

from grader.feedback.page import build_environment, build_style, seal
from grader.similar.pairs import Alike, Found
from grader.similar.view import PairView

HINT = "This is a hint for a person to look at, and no verdict: it cannot tell who copied, or whether anybody did."
_SIGNS = {"rare": "●", "shared": "○", "": " "}
_WORDS = {"rare": "alike, and rare in the class", "shared": "alike, and common in the class", "": "their own"}


def render_page(title: str, found: Found, views: Iterable[PairView]) -> str:
    """Return the page: what it says and what it does not, then each pair."""
    template = _environment().get_template("similar.html")
    return seal(template, _read_style(), title=title, hint=HINT, found=found, views=tuple(views))


def show_percent(share: float) -> str:
    """Return a share in percent; what is not there as a dash."""
    return f"{100 * share:.0f} %" if share else "–"


def show_both(alike: Alike) -> str:
    """Return how much of each one's own is in the other."""
    return f"{show_percent(alike.first)} / {show_percent(alike.second)}"


@cache
def _environment() -> Environment:
    environment = build_environment(ChoiceLoader([PackageLoader("grader.similar"), PackageLoader("grader.feedback")]))
    environment.filters |= {"both": show_both, "percent": show_percent}
    environment.globals |= {"STATES": _SIGNS, "MEANINGS": _WORDS}
    return environment


@cache
def _read_style() -> str:
    own = files("grader.similar").joinpath("templates/similar.css").read_text(encoding="utf-8")
    return build_style("Similar submissions") + own
