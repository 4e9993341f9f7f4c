"""What people gave for texts, by criterion: the same for the page, the notebook and the Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from grader.course import Criterion
from grader.feedback.items import show_of
from grader.feedback.work import Work
from grader.model import PartStatus
from grader.report.points import name_points


@dataclass(frozen=True)
class Given:
    """A criterion's points, and what the student reads of it."""

    state: PartStatus
    points: str
    text: str


# Of a rubric that has got another item since.
_WAITING = Given("review", "no points yet", "A person has not looked at the text for this item yet.")


def list_given(work: Work, part: str, answer: str) -> list[Given]:
    """Return what a person gave for a part's answer, in the order of its rubric; nothing where none of it is shown.

    Of what nobody marked, the rubric itself once solutions are out.
    """
    mark = work.find_mark(part, answer)
    solved = work.find_stage(part) == "solutions"
    if mark is None:
        return [Given("missing", name_points(one.points), one.about) for one in _list_criteria(work, answer) if solved]
    return list(_list(work, answer, dict(mark.points), solved=solved))


def _list_criteria(work: Work, answer: str) -> Iterator[Criterion]:
    for rubric in work.course.rubrics:
        yield from rubric.criteria if rubric.answer == answer else ()


def _list(work: Work, answer: str, points: dict[str, Fraction], *, solved: bool) -> Iterator[Given]:
    for one in _list_criteria(work, answer):
        given = points.pop(one.id, None)
        yield _WAITING if given is None else _tell(one, given, solved=solved)
    # Of a rubric that has changed since: the points are theirs, and nobody may wonder where they come from.
    yield from (Given("pass" if given else "fail", name_points(given), name) for name, given in points.items())


def _tell(one: Criterion, given: Fraction, *, solved: bool) -> Given:
    """Return a criterion; where it was missed, what helps, and not what was looked for before solutions are out."""
    if given >= one.points:
        return Given("pass", show_of(given, one.points), one.about)
    text = f"{one.about} {one.feedback}" if given or solved else one.feedback
    return Given("partial" if given else "fail", show_of(given, one.points), text)
