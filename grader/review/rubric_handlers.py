"""Changing a rubric: the file itself is edited, what that would do to marks is shown, and only then is it written."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from starlette.responses import Response

from grader.course import Rubric
from grader.errors import ConflictError, CourseError
from grader.gradebook import KeptMarking, NewMarking
from grader.review.forms import WrongForm, parse_words
from grader.review.handlers import Visit
from grader.review.rubric_change import Effect, measure
from grader.review.rubric_file import RubricFile
from grader.review.view import Asked

MOVED = "Nothing was written: marks or the rubric have changed meanwhile. Look at what the change does now."


def show_editor(visit: Visit) -> Response:
    """Show the rubric's file."""
    asked, file = _find(visit)
    return _show_editor(visit, asked, file, file.text)


def change(visit: Visit) -> Response:
    """Show what a change would do; where that was seen and is asked for, write it."""
    asked, file = _find(visit)
    text = visit.form.get("text", "").replace("\r\n", "\n").rstrip("\n") + "\n"
    if visit.form.get("base") != file.key:
        return _show_editor(visit, asked, file, text, difference=file.show_difference(text))
    try:
        _, rubric = file.propose(text)
        why = " ".join(parse_words(visit.form, "why").split())  # one line below each mark, as the program's own words
    except (CourseError, WrongForm) as error:
        return _show_editor(visit, asked, file, text, problems=str(error).splitlines())
    queue = visit.review.read_queue(asked.answer.name)
    kept = [one.text.kept for one in queue if one.is_marked and one.text.kept]
    effect, state = measure(asked.rubric, rubric, [one.marking for one in kept]), _name_state(kept)
    # Whoever is to mark a text blind must not read off the numbers what it was given.
    seen = [one.marking for entry in queue if (one := entry.find_marking(visit.who)) is not None]
    shown: dict[str, Any] = {
        "text": text, "why": why, "effect": measure(asked.rubric, rubric, seen), "blind": len(kept) - len(seen),
        "seen": state, "rubric": rubric, "needs_why": bool(effect.recomputed or effect.removed),
    }  # fmt: skip
    if visit.form.get("do") != "write" or not file.is_writable or text == file.text:
        return _show_effect(visit, asked, file, **shown)
    if shown["needs_why"] and not why:
        what = f"{', '.join(effect.removed)} is removed" if effect.removed else "marks that were given change"
        return _show_effect(visit, asked, file, **shown, problem=f"Nothing was written: say why {what}.")
    if visit.form.get("seen") != state:
        return _show_effect(visit, asked, file, **shown, problem=MOVED)
    try:
        visit.review.change_rubric(
            file, text, rubric, _list_changed(effect, kept, f"rubric change by {visit.who}: {why}"),
            {one.id for one in kept},
        )  # fmt: skip
    except ConflictError:
        return _show_effect(visit, asked, file, **shown, problem=MOVED)
    return visit.go(f"/rubric/{asked.answer.name}/edit", saved=str(effect.recomputed))


def _find(visit: Visit) -> tuple[Asked, RubricFile]:
    asked = visit.review.find_asked(visit.path["answer"])
    has_marked_some = visit.review.book.review_log.calibrations(visit.who, asked.answer.name)
    if asked.rubric.examples and not has_marked_some:  # of an earlier rubric will do
        raise WrongForm("Mark the rubric's examples first: their points stand in its file.", 409)
    file = visit.review.read_rubric_file(asked.answer.name)
    return replace(asked, rubric=file.rubric), file


def _show_editor(visit: Visit, asked: Asked, file: RubricFile, text: str, **told: Any) -> Response:
    """Return the page of the editor.

    It may be told of `problems` of the text, or of its `difference` from a file that has changed meanwhile.
    """
    status = 409 if "difference" in told else 400 if "problems" in told else 200
    saved = visit.query.get("saved", "")[:9]
    return visit.show("edit_rubric.html", status, asked=asked, file=file, text=text, saved=saved, **told)


def _show_effect(visit: Visit, asked: Asked, file: RubricFile, problem: str = "", **shown: Any) -> Response:
    difference = file.show_difference(shown["text"])
    context = {"asked": asked, "file": file, "difference": difference, "problem": problem, **shown}
    return visit.show("effect.html", 409 if problem else 200, **context)


def _name_state(kept: Sequence[KeptMarking]) -> str:
    """Return what names the markings that an effect was measured on."""
    return hashlib.sha256(repr(sorted(one.id for one in kept)).encode()).hexdigest()[:16]


def _list_changed(effect: Effect, kept: Sequence[KeptMarking], note: str) -> list[NewMarking]:
    """Return a marking for each that becomes another: still that person's, with a note of what was done to it."""
    now = datetime.now(UTC)
    rubric: Rubric = effect.new
    return [
        NewMarking(one.attempt_id, replace(after, when=now, note=note), rubric, one.id)
        for one, before, after in zip(kept, effect.before, effect.after, strict=True)
        if before.points != after.points
    ]
