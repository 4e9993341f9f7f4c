"""What is said of each part: statuses, missing names, functions, theorems, and the summary."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from numgrade_student.course import PublicCourse
from numgrade_student.engine import examine
from numgrade_student.report import DISCLAIMER, Report
from numgrade_student.session import LiveWork
from numgrade_student.stops import Stop


def test_the_sentence_at_the_top_says_what_a_check_is(say: Callable[..., str]) -> None:
    """Once, and before everything else."""
    text = say(ex1_n=1.0)
    assert text.splitlines()[1] == DISCLAIMER
    assert text.count("does not say whether") == 1


def test_a_part_without_a_fault_has_no_problem(say: Callable[..., str]) -> None:
    """All answers there and of the form: one line."""
    text = say("1a", ex1_f=lambda x: x + 1, ex1_n=3)
    assert "1a  no problem found (2 answers, all of the right form)" in text
    assert text.endswith("No problem found in 1 part.")


def test_what_is_missing_makes_a_part_incomplete(say: Callable[..., str]) -> None:
    """A name that is not there, and a text, are named at the end; an optional answer is not missed."""
    text = say(ex1_f=abs, ex1_c="pq", ex1b_text="")
    assert "1a  incomplete" in text
    assert "Not there yet: ex1_n." in text
    assert "1b  no problem found" in text
    assert "Not seen from here" in text
    assert "Not attempted: exercises 2, 3." in text
    assert text.endswith("1 part is incomplete: 1a has no ex1_n.")


def test_a_part_that_was_asked_for_is_told_even_where_nothing_is_there(say: Callable[..., str]) -> None:
    """Left as in the starter, None and a function without a body are not attempted."""

    def stub(x: float) -> None:
        """Do nothing."""

    assert "1a  not attempted" in say("1a", ex1_f=stub, ex1_n=...)
    assert "2a" not in say(ex2_r=None, ex1_n=1).split("Not attempted")[0]
    assert say(ex2_r=None).endswith("Nothing was attempted yet.")


def test_a_misspelt_name_is_recognised(say: Callable[..., str]) -> None:
    """Among the names of the session that are no answers; modules and private names are none."""
    text = say(ex1_f=abs, ex1n=3, np=np)
    assert "There is no ex1_n. Did you mean ex1n? If so, rename it." in text
    assert "Did you mean" not in say(ex1_f=abs, _ex1_n=3)
    assert "Did you mean ex2r" in say(ex2r=3), "a part of which nothing else is there"


def test_a_function_that_prints_is_told_so(say: Callable[..., str]) -> None:
    """It returns None on every call, and what it prints is not shown."""
    text = say("1a", ex1_f=print, ex1_n=1)
    assert "ex1_f returned None on every call. Did you print the result instead of returning it?" in text


def test_the_simplest_call_that_fails_is_shown(say: Callable[..., str]) -> None:
    """With its inputs, and once."""

    def some(x: float) -> float | None:
        return x if x > 1 else None

    assert "ex1_f(x = 1) returned None: does every branch end in `return`?" in say("1a", ex1_f=some, ex1_n=1)
    assert "ex1_f(x = 1) raised ZeroDivisionError: " in say("1a", ex1_f=lambda x: x / 0, ex1_n=1)
    assert "ex1_f(x = 1) returned NaN (not a number)." in say("1a", ex1_f=lambda _: float("nan"), ex1_n=1)
    assert "ex1_f(x = 1) returned 2 numbers, but should return 1 number." in say("1a", ex1_f=lambda x: [x, x], ex1_n=1)
    log: Any = "no longer a function"
    text = say("1a", ex1_f=lambda x: log(x), ex1_n=1)  # noqa: PLW0108 - as students write
    assert "A name that your function uses was given another value later in the notebook." in text


def test_a_theorem_speaks_only_where_it_is_broken(say: Callable[..., str]) -> None:
    """With the student's own numbers and the public words; what is inconclusive is silent."""
    text = say("1a", ex1_f=lambda x: -x, ex1_n=1)
    assert "Your ex1_f gives -1 for x = 1. It is always positive." in text
    assert "never said" not in text.lower()
    assert "positive" not in say("1a", ex1_f=abs, ex1_n=1)


def test_a_range_is_part_of_the_form(say: Callable[..., str]) -> None:
    """An optional answer that is given is looked at."""
    assert "ex1_v is 5, but should be between 0.1 and 1" in say(ex1_c="pq", ex1_v=5)


def test_where_a_cell_stopped_is_told_once(tiny: PublicCourse) -> None:
    """With the names that were not set because of it, and short in each part."""
    stop = Stop("SyntaxError", "expected ':'", 5, "part 1a", 1, "def ex1_f(x)", frozenset({"ex1_f", "ex1_n", "other"}))
    text = str(Report("hw.ipynb", examine(tiny, LiveWork({}, (stop,), {}), tiny.choose(()))))
    assert (
        "Cell 5 (part 1a) stopped at line 1, `def ex1_f(x)`: SyntaxError: expected ':'. "
        "Not set because of it: ex1_f, ex1_n." in text
    )
    assert "ex1_f and ex1_n are not set, because cell 5 (part 1a) stopped." in text
    assert text.count("SyntaxError") == 1


def test_a_call_that_hangs_is_named_when_it_is_interrupted(say: Callable[..., str]) -> None:
    """The check ends there, and says what it did not look at."""

    def hang(_x: float) -> float:
        raise KeyboardInterrupt

    text = say("ex1", "ex2", ex1_f=hang, ex1_n=1, ex2_r=[1, 2])
    assert "ex1_f(x = 1) was still running when you interrupted it." in text
    assert "2a  not looked at, as you interrupted the check" in text


def test_html_is_escaped_and_has_no_script(tiny: PublicCourse) -> None:
    """What a student wrote cannot be markup, and no colour hides the words on a dark page."""
    names: dict[str, Any] = {"ex1_c": "<script>alert(1)</script>", "ex1_n": 1}
    report = Report("<b>.ipynb", examine(tiny, LiveWork(names), tiny.choose(())))
    html = report._repr_html_()
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "<b>.ipynb" not in html
    assert "background" not in html
    assert "needs another look" in html
    assert repr(report) == str(report)


def test_names_and_code_are_set_as_code(tiny: PublicCourse) -> None:
    """Notebooks show no backticks; what is marked up is escaped as well."""
    names: dict[str, Any] = {"ex1_f": lambda x: x if x > 1 else None, "ex1_n": [1]}
    stop = Stop("NameError", "name 'a' is not defined", 3, "part 1a", 1, "ex1_c = a < 1")
    html = Report("x", examine(tiny, LiveWork(names, (stop,)), tiny.choose(())))._repr_html_()
    for code in ("ex1_n", "return", "x[0]", "ex1_f", "ex1_c = a &lt; 1"):
        assert f"<code>{code}</code>" in html
    assert "`" not in html


def test_neighbours_are_told_as_a_range(public_courses: Any) -> None:
    """Eight exercises of which two were attempted take one line."""
    course = public_courses["kl"]
    text = str(Report("x", examine(course, LiveWork({"ex1_kl_pq": 1.0, "ex5_pinsker_holds": True}), course.choose(()))))
    assert "Not attempted: exercises 2–4, 6–8, parts 1b, 1c, 1d, 5a, 5c, 5d." in text
