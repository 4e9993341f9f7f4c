"""What a marker sees of a text and around it: never whose it is."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from markupsafe import Markup

from grader.course import Answer, Course, Criterion, Exercise, MarkedExample, Part, Rubric
from grader.feedback import Work
from grader.feedback.causes import INVARIANT, Placed
from grader.feedback.formulas import typeset
from grader.feedback.items import name_check, show_of
from grader.feedback.page import Figure, list_figures
from grader.feedback.prose import MAX_TEXT, render_prose
from grader.model import Outcome, PartScore
from grader.report.points import format_points
from grader.report.remarks import end_sentence
from grader.review.forms import Choice, list_choices

MAX_CODE = 20_000  # characters
MAX_EARLIER = 10  # texts of other files
_TURNING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


@dataclass(frozen=True)
class Asked:
    """One text answer of the course, with the rubric that it is marked by."""

    exercise: Exercise
    part: Part
    answer: Answer
    rubric: Rubric

    @property
    def rubric_key(self) -> str:
        """What names the rubric as it is; a form says by which one it was filled in."""
        return hashlib.sha256(self.rubric.model_dump_json().encode()).hexdigest()[:16]

    @property
    def statement(self) -> Markup:
        """What was asked."""
        return render_prose(f"{self.exercise.statement}\n\n{self.part.statement}")


@dataclass(frozen=True)
class Item:
    """A criterion of the form, with what was chosen for it (exact text; empty for nothing)."""

    key: str
    criterion: Criterion
    about: Markup
    feedback: Markup
    choices: tuple[Choice, ...]
    chosen: str = ""


@dataclass(frozen=True)
class Example:
    """A text of the rubric with the points that it should get, by criterion."""

    key: str
    text: Markup
    points: str
    given: tuple[tuple[str, str], ...]
    why: Markup


@dataclass(frozen=True)
class Found:
    """What one automatic check of the part found."""

    outcome: Outcome
    label: str
    points: str
    message: str
    detail: str


@dataclass(frozen=True)
class Surroundings:
    """A text, and what stands beside it."""

    raw: str
    body: Markup
    words: int
    is_cut: bool
    found: tuple[Found, ...]
    theorems: int
    figures: tuple[Figure, ...]
    code: tuple[str, ...]
    files: int  # in how many the text was attempted
    earlier: tuple[Markup, ...]  # what the others say, the last of them first; each once


def list_asked(course: Course) -> dict[str, Asked]:
    """Return the text answers that have a rubric, in the order of the course."""
    rubrics = {rubric.answer: rubric for rubric in course.rubrics}
    return {
        answer.name: Asked(exercise, part, answer, rubrics[answer.name])
        for exercise in course.exercises
        for part in exercise.parts
        for answer in part.answers
        if answer.kind == "text" and answer.name in rubrics
    }


def build_items(rubric: Rubric, chosen: Mapping[str, Fraction] | None = None) -> list[Item]:
    """Return the criteria of the form; `chosen` are the points that stand there already."""
    return [
        Item(
            key=str(index) if index <= 9 else "",
            criterion=one,
            about=typeset(one.about),
            feedback=typeset(one.feedback),
            choices=list_choices(one),
            chosen=str(chosen[one.id]) if chosen is not None and one.id in chosen else "",
        )
        for index, one in enumerate(rubric.criteria, start=1)
    ]


def build_examples(rubric: Rubric) -> list[Example]:
    """Return the rubric's examples."""
    return [
        Example(
            key=hash_example(rubric, one),
            text=render_prose(one.text),
            points=show_of(sum(one.points.values(), Fraction(0)), rubric.points),
            given=tuple((name, format_points(points)) for name, points in one.points.items()),
            why=typeset(one.why),
        )
        for one in rubric.examples
    ]


def hash_example(rubric: Rubric, example: MarkedExample) -> str:
    """Return what names an example together with the items that it is marked by: a changed one is marked anew."""
    words = [example.text, *(f"{one.id} {one.points} {one.about}" for one in rubric.criteria)]
    return hashlib.sha256("\0".join(words).encode("utf-8", "surrogatepass")).hexdigest()


def build_surroundings(work: Work, asked: Asked) -> Surroundings:
    """Return what is shown of an attempt for one of its texts."""
    raw = work.find_text(asked.part, asked.answer)
    part = find_part(work, asked.part.id)
    mask = build_mask(work)
    earlier = work.list_earlier_texts(asked.part, asked.answer)
    others = [check for check in part.checks if check.answer != asked.answer.name]
    return Surroundings(
        raw=name_turns(raw),
        body=render_prose(name_turns(raw)),
        words=len(raw.split()),
        is_cut=len(raw) > MAX_TEXT,
        found=tuple(_find(work, part, mask)),
        theorems=sum(check.kind == INVARIANT and check.outcome == "pass" for check in others),
        figures=tuple(list_figures(work, asked.part, part)),
        code=tuple(_list_code(work, asked)),
        files=len(earlier) + 1,
        earlier=tuple(render_prose(name_turns(text)) for text in _choose_earlier(raw, earlier)),
    )


def _choose_earlier(text: str, earlier: Sequence[str]) -> list[str]:
    """Return the texts that say something else, the last first."""
    return [one for one in dict.fromkeys(reversed(earlier)) if one != text][:MAX_EARLIER]


def find_part(work: Work, part: str) -> PartScore:
    """Return what the report says of a part."""
    return next(one for exercise in work.report.exercises for one in exercise.parts if one.id == part)


def name_turns(text: str) -> str:
    """Return a text in which characters that turn the reading direction are named, as in ⟦RLO⟧."""
    turns: dict[str, str | int | None] = {}
    turns |= {char: f"⟦{name}⟧" for char in set(text) if (name := unicodedata.bidirectional(char)) in _TURNING}
    return text.translate(str.maketrans(turns))


class Mask:
    """Hides who a student is in what is said of their work: their name, and those of their files."""

    def __init__(self, names: Sequence[tuple[str, str]]) -> None:
        words = [(re.escape(name), shown) for name, shown in names if name.strip()]
        self._shown = [shown for _, shown in words]
        pattern = "|".join(rf"(?<!\w)({word})(?!\w)" for word, _ in words)
        self._pattern = re.compile(pattern or r"(?!)", re.IGNORECASE)

    def __call__(self, text: str) -> str:
        """Return the text without them."""
        return self._pattern.sub(lambda match: self._shown[(match.lastindex or 1) - 1], text)


def build_mask(work: Work) -> Mask:
    """Return what hides the student of a work."""
    files = sorted(work.report.files, key=len, reverse=True)
    return Mask([*((file, "⟨file⟩") for file in files), (work.report.student, "⟨student⟩")])


def _find(work: Work, part: PartScore, mask: Mask) -> Iterator[Found]:
    for check in part.checks:
        if check.kind == "text" or (check.kind == INVARIANT and check.outcome == "pass"):
            continue
        yield Found(
            outcome=check.outcome,
            label=name_check(work, Placed(part.id, check)),
            points=show_of(check.score, check.max),
            message="" if check.outcome == "pass" else mask(end_sentence(check.message)),
            detail=mask(check.detail),
        )


def _list_code(work: Work, asked: Asked) -> Iterator[str]:
    """Yield the code cells of the part; where none says that it belongs there, those of its exercise."""
    places = {asked.exercise.id: asked.exercise.id, asked.exercise.tag: asked.exercise.id}
    cells = [cell for file in work.sources.values() for cell in file if cell.kind == "code" and cell.source.strip()]
    own = [cell for cell in cells if cell.part == asked.part.id or asked.part.id in cell.tags]
    around = [cell for cell in cells if cell.find_exercise(places) == asked.exercise.id]
    left = MAX_CODE
    for cell in own or around or cells:
        if left <= 0:
            yield f"… more than {MAX_CODE:,} characters: the rest is left out"
            return
        yield name_turns(cell.source[:left])
        left -= len(cell.source)
