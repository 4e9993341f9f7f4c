"""The pages as HTML: every value escaped, the words and signs those of the students' feedback."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader

from grader.feedback.page import build_environment, build_style
from grader.feedback.prose import MAX_TEXT
from grader.gradebook.agreement import build_agreements
from grader.review.forms import MAX_WORDS
from grader.stats.page import LOADER, extend_environment, read_class_style


@cache
def _environment() -> Environment:
    # The feedback's and the class page's templates too: what is shown here looks as it does there.
    environment = extend_environment(build_environment(ChoiceLoader([PackageLoader("grader.review"), LOADER])))
    environment.globals["build_agreements"] = build_agreements
    return environment


def render(template: str, **context: Any) -> str:
    """Return a page."""
    return _environment().get_template(template).render(MAX_WORDS=MAX_WORDS, MAX_TEXT=MAX_TEXT, **context) + "\n"


@cache
def read_style() -> str:
    """Return the style sheet: the feedback page's and the class page's, and what is added here."""
    return build_style("Texts to mark") + read_class_style() + _read("review.css")


@cache
def read_script() -> str:
    """Return the script; everything works without it, but for the keys."""
    return _read("review.js")


def _read(name: str) -> str:
    return files("grader.review").joinpath("static", name).read_text(encoding="utf-8")
