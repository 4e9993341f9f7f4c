"""What is said below each part: the same for the page, the notebook and the Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from grader.feedback.causes import INVARIANT, Cause, Placed
from grader.feedback.work import Work
from grader.judge.explain import advise_again
from grader.model import CheckResult, ExerciseScore, PartScore, PartStatus
from grader.report.points import format_points
from grader.report.remarks import Remark, build_remarks, end_sentence


@dataclass(frozen=True)
class Follow:
    """A check that fails for a reason told elsewhere, or that came right from a wrong value."""

    part: str
    label: str
    text: str
    points: str = ""


@dataclass(frozen=True)
class Item:
    """One thing said. `state` as a part's status; `see` is the part where it is explained, `follows` what it caused.

    `given` are the student's own answers that one explanation is about.
    """

    state: PartStatus
    labels: tuple[str, ...]
    text: str
    points: str = ""
    given: tuple[str, ...] = ()
    see: str = ""
    follows: tuple[Follow, ...] = ()


@dataclass(frozen=True)
class Said:
    """All that is said of a part: what is wrong and why, what is open, what is right."""

    items: tuple[Item, ...]
    right: tuple[str, ...]
    consistent: tuple[Item, ...]
    theorems: int


def build_said(work: Work, part: PartScore, causes: Iterable[Cause]) -> Said:
    """Return what is said of a part."""
    remarks = build_remarks(part)
    wrong = [item for cause in causes if part.id in cause.parts for item in _tell(work, part, cause)]
    explained = {one.check.id for cause in causes for one in (*cause.checks, *cause.consequences)}
    blocked = [check for check in part.checks if check.outcome == "blocked" and check.kind != INVARIANT]
    unexplained = [one for one in blocked if one.id not in explained]
    items = [
        *(_item("ungraded", remark) for remark in remarks.ungraded),
        *wrong,
        *(Item("fail", (_label(part, one),), end_sentence(one.message), _of(one)) for one in unexplained),
        *_tell_missing(part, remarks.missing),
        *_tell_hints(part),
        *(_item("review", remark) for remark in remarks.pending),
    ]
    consistent = tuple(_item("pass", remark) for remark in remarks.consistent)
    return Said(tuple(items), _list_right(work, part), consistent, remarks.theorems)


def name_check(work: Work, one: Placed) -> str:
    """Return what a check is called in words: a theorem's name, an aspect of a figure, else the answer's name."""
    check = work.checks.get(one.check.id)
    if one.check.kind == INVARIANT:
        theorem = getattr(check, "theorem", "")
        return next((known.heading for known in work.course.file.invariants if known.name == theorem), theorem)
    if one.check.kind == "figure" and one.label != one.check.answer:
        return f"{one.label.removeprefix(f'{one.check.answer}.').replace('_', ' ')} of {one.check.answer}"
    return one.label


def show_of(score: Fraction, most: Fraction) -> str:
    """Return points as 'score of max'; nothing where there are none to get."""
    return f"{format_points(score)} of {format_points(most)}" if most else ""


def show_points(scored: ExerciseScore | PartScore) -> str:
    """Return the score of what is decided, and what is not."""
    decided = scored.max - scored.pending - scored.ungraded
    told = [show_of(scored.score, decided)] if decided else []
    if scored.pending:
        told.append(f"{format_points(scored.pending)} to be marked")
    if scored.ungraded:
        told.append(f"{format_points(scored.ungraded)} not graded")
    return " + ".join(told)


def _list_right(work: Work, part: PartScore) -> tuple[str, ...]:
    """Return what is right by the reference, or of the right form where nothing else is asked."""
    right = (one for one in part.checks if one.outcome == "pass" and not one.follow_through and one.kind != INVARIANT)
    return tuple(dict.fromkeys(name_check(work, Placed(part.id, one)) for one in right))


def _tell(work: Work, part: PartScore, cause: Cause) -> Iterator[Item]:
    """Yield what a cause means for a part: the whole story where it is at home, elsewhere where to read it."""
    here = [one for one in cause.checks if one.part == part.id]
    follows = tuple(_follow(work, one) for one in cause.consequences if one.root and one.root.part == part.id)
    told: dict[str, list[Placed]] = {}
    for one in here:
        text = _explain(work, cause, one) if cause.home == part.id else f"{cause.title}, as in {cause.home}."
        told.setdefault(text, []).append(one)
    for text, same in told.items():
        yield _merge(work, same, text, see="" if cause.home == part.id else cause.home, follows=follows)
        follows = ()  # once
    for one in cause.consequences:
        if one.part == part.id and one.root and one.root.part != part.id:
            text = f"Follows from {one.root.check.answer}, which is not correct: see {one.root.part}."
            yield _merge(work, [one], text, see=one.root.part)


def _explain(work: Work, cause: Cause, one: Placed) -> str:
    """Return what a student reads: of a known mistake what it is, of what never ran why; else the message."""
    if one.check.cause is not None:
        return end_sentence(cause.title)
    if work.is_marked(one.check):
        return "Marked by a person: the criteria are below."
    if not one.check.title:
        return end_sentence(one.check.message)
    again = f" {advise_again(one.check.because_of)}" if one.check.because_of else ""
    return end_sentence(f"{one.check.title}. {one.check.hint}{again}")


def _list_given(same: list[Placed]) -> tuple[str, ...]:
    """Return the answers that the explanation of a known mistake leaves out; a function has no value to show."""
    return tuple(one.check.shown for one in same if one.check.title and not one.check.shown.startswith("your "))


def _merge(work: Work, same: list[Placed], text: str, *, see: str = "", follows: tuple[Follow, ...] = ()) -> Item:
    score = sum((one.check.score for one in same), Fraction(0))
    most = sum((one.check.max for one in same), Fraction(0))
    named = [one for one in same if one.check.kind != INVARIANT] or same
    labels = tuple(dict.fromkeys(name_check(work, one) for one in named))
    given = () if see else _list_given(same)
    return Item("partial" if score else "fail", labels, text, show_of(score, most), given, see, follows)


def _follow(work: Work, one: Placed) -> Follow:
    return Follow(one.part, name_check(work, one), end_sentence(one.check.message), _of(one.check))


def _tell_missing(part: PartScore, names: tuple[str, ...]) -> Iterator[Item]:
    if names and part.status != "missing":
        most = sum((check.max for check in part.checks if check.outcome == "missing"), Fraction(0))
        yield Item("missing", names, "Not attempted.", show_of(Fraction(0), most))


def _tell_hints(part: PartScore) -> Iterator[Item]:
    """Yield why a missing answer may be so, where its code says it."""
    hints = {check.answer: check.hint for check in part.checks if check.outcome == "missing" and check.hint}
    yield from (Item("missing", (answer,), hint) for answer, hint in hints.items())


def _item(state: PartStatus, remark: Remark) -> Item:
    points = format_points(remark.max) if state in {"ungraded", "review"} else show_of(remark.score, remark.max)
    return Item(state, remark.labels, end_sentence(remark.message), points if remark.max else "")


def _of(check: CheckResult) -> str:
    return show_of(check.score, check.max)


def _label(part: PartScore, check: CheckResult) -> str:
    return check.id.removeprefix(f"{part.id}.")
