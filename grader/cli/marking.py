"""What the commands for people's marks share: their options, the rubric of an answer, a student's text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from grader.course import Course, Rubric
from grader.errors import UsageError
from grader.gradebook import Gradebook, TextToMark
from grader.spec.keys import suggest

_Command = Callable[..., Any]


def by_option(function: _Command) -> _Command:
    """Add the option that names who does it."""
    help_ = "Your name; it is kept, and students never see it."
    return click.option("--by", "who", required=True, metavar="NAME", callback=_check_words, help=help_)(function)


def why_option(help_: str, *, required: bool = False) -> Callable[[_Command], _Command]:
    """Return the option that gives a reason."""
    if required:
        return click.option("--why", required=True, metavar="TEXT", callback=_check_words, help=help_)
    return click.option("--why", default="", metavar="TEXT", help=help_)


def _check_words(_context: click.Context, _parameter: click.Parameter, words: str) -> str:
    if not words.strip():
        raise click.BadParameter("expected words, got nothing")
    return words.strip()


def find_rubric(course: Course, answer: str) -> Rubric:
    """Return the rubric of a text answer.

    Raises:
        UsageError: the course has no such text.
    """
    rubrics = {rubric.answer: rubric for rubric in course.rubrics}
    if answer not in rubrics:
        raise UsageError(f"answer = {answer!r}: this course has no such text: {suggest(answer, rubrics)}")
    return rubrics[answer]


def find_text(book: Gradebook, student: str, answer: str) -> TextToMark:
    """Return a student's text that waits for a person, or is marked.

    Raises:
        UsageError: the gradebook has none.
    """
    texts = {text.student: text for text in book.texts(answer)}
    if student not in texts:
        raise UsageError(f"student = {student!r}: no {answer} of theirs waits for a person: {suggest(student, texts)}")
    return texts[student]
