"""What follows from a course alone is worked out once for all students, and not for ever."""

from __future__ import annotations

from typing import Any

from grader.judge import PreparedCourse, judge
from grader.judge.cache import Cache


def test_a_value_is_computed_once() -> None:
    """The second question for a key does not compute, whatever the first one found."""
    cache = Cache()
    assert cache.memoize("key", lambda: None) is None
    assert cache.memoize("key", lambda: 2) is None
    assert Cache().memoize("key", lambda: 2) == 2


def test_the_second_student_finds_what_the_first_one_made(quiz: Any) -> None:
    """With one cache a function of the reference is called once on each input for a class, else once a student."""
    asked: list[float] = []
    quiz.ask("f", "function", lambda x: asked.append(x) or x, rule="function", inputs="numbers", partial="1/2")
    evidence = quiz.hand_in(quiz.evidence({"f": abs}))
    prepared = PreparedCourse(quiz.course, quiz.oracle)
    first, second = (judge(prepared, evidence) for _ in range(2))
    once = len(asked)
    assert first == second == judge(PreparedCourse(quiz.course, quiz.oracle), evidence)
    assert once
    assert len(asked) == 2 * once
