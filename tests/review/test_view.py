"""What stands beside a text; and that nobody can tell whose it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from grader.feedback import Work
from grader.feedback.prose import MAX_TEXT
from grader.model import Cell, FileEvidence
from grader.review.view import MAX_CODE, Mask, build_surroundings, list_asked, name_turns
from tests.feedback.conftest import build_figure
from tests.review.conftest import ANSWER, GOOD


@pytest.fixture
def surround(build_work: Callable[..., Work]) -> Callable[..., Any]:
    """Return a function that builds what is shown of a student's text of 5d."""

    def build(text: str = GOOD, answers: Any = None, **other: Any) -> Any:
        work = build_work(answers or {}, texts={ANSWER: text}, **other)
        return build_surroundings(work, list_asked(work.course)[ANSWER])

    return build


def test_checks_of_the_part_stand_beside_it(surround: Callable[..., Any]) -> None:
    """With their outcome and points, for staff; the text's own check is not among them."""
    found = surround(answers={"ex5_at_001": {"kl": 0.637, "reverse_kl": 1.614, "tv": 0.98, "jsd": 0.1}}).found
    outcomes = {one.label: one.outcome for one in found}
    assert outcomes["ex5_at_001.kl"] == "pass"
    assert outcomes["ex5_at_001.tv"] == "fail"
    assert ANSWER not in outcomes
    assert {one.points for one in found} >= {"0.5 of 0.5"}


def test_students_figure_is_redrawn(build_work: Callable[..., Work]) -> None:
    """Where the part has one: that of 5a would stand beside a text of 5a."""
    work = build_work({"ex5_figure": build_figure(tv=lambda theta: abs(theta - 0.5))})
    asked = list_asked(work.course)[ANSWER]
    home = next(part for exercise in work.course.exercises for part in exercise.parts if part.id == "5a")
    moved = type(asked)(asked.exercise, home, asked.answer, asked.rubric)
    assert [figure.name for figure in build_surroundings(work, moved).figures] == ["ex5_figure"]


def test_code_of_the_part(surround: Callable[..., Any]) -> None:
    """Of its own cells; else of its exercise, else all there is. Bounded."""
    own, around, other = (
        Cell(0, "code", "own = 1", tags=("5d",), part="5d"),
        Cell(1, "code", "around = 1", exercise="5"),
        Cell(2, "code", "other = 1", exercise="1"),
    )
    assert surround(cells=(own, around, other)).code == ("own = 1",)
    assert surround(cells=(around, other)).code == ("around = 1",)
    assert surround(cells=(other,)).code == ("other = 1",)
    long = surround(cells=(Cell(0, "code", "x" * (MAX_CODE + 9)), Cell(1, "code", "y"))).code
    assert [len(one) for one in long] == [MAX_CODE, len(long[1])]
    assert "the rest is left out" in long[1]


def test_turns_of_the_reading_direction_are_named(surround: Callable[..., Any]) -> None:
    """In what is shown, in the source and in code."""
    assert name_turns("a\u202eb\u2066c") == "a⟦RLO⟧b⟦LRI⟧c"
    shown = surround("a \u202e b", cells=(Cell(0, "code", "x = '\u202e'"),))
    assert "⟦RLO⟧" in shown.raw
    assert "⟦RLO⟧" in shown.body
    assert shown.code == ("x = '⟦RLO⟧'",)
    assert "\u202e" not in shown.raw + shown.body


def test_long_text_is_cut_and_says_so(surround: Callable[..., Any]) -> None:
    """The whole of it is there as source."""
    shown = surround("word " * MAX_TEXT)
    assert (shown.is_cut, shown.words, len(shown.raw) > MAX_TEXT) == (True, MAX_TEXT, True)
    assert "more characters, not shown here" in shown.body
    assert not surround().is_cut


def build_runs(*texts: str) -> tuple[FileEvidence, ...]:
    """Return the evidence of files that say this in the text's own cell."""
    return tuple(FileEvidence(file=f"{n:02}.ipynb", texts={ANSWER: text}) for n, text in enumerate(texts))


@pytest.mark.parametrize(
    ("texts", "files", "earlier"),
    [
        ((GOOD,), 1, []),
        (("first <b>", "second", GOOD), 3, ["<p>second</p>", "<p>first &lt;b&gt;</p>"]),
        ((GOOD, "second", "second", GOOD), 4, ["<p>second</p>"]),
        ((GOOD, GOOD), 2, []),
        (("", GOOD), 1, []),
        ((GOOD, ""), 1, []),
        ([f"{n}" for n in range(20)], 20, [f"<p>{n}</p>" for n in range(18, 8, -1)]),
    ],
)
def test_text_of_several_files(surround: Callable[..., Any], texts: Any, files: int, earlier: list[str]) -> None:
    """The last one that says anything counts; the others are there to be read, each once, as text."""
    shown = surround(runs=build_runs(*texts))
    assert (shown.files, [one.strip() for one in shown.earlier]) == (files, earlier)
    assert shown.raw == next(text for text in reversed(texts) if text)


def test_mask_hides_student_and_files() -> None:
    """Whole words only, whatever the case."""
    mask = Mask([("hw/ada.ipynb", "⟨file⟩"), ("ada.ipynb", "⟨file⟩"), ("ada", "⟨student⟩")])
    assert mask("Cell 5 of hw/ada.ipynb, by Ada: adamant") == "Cell 5 of ⟨file⟩, by ⟨student⟩: adamant"
    assert Mask([("", "x")])("nothing to hide") == "nothing to hide"
    assert Mask([("a.b", "x")])("aXb a.b") == "aXb x"
