"""By what each student is judged."""

from __future__ import annotations

from grader.course import Draw
from grader.pipeline import Grader
from grader.variants import GivenVariants

ONE = {"p": (0.1, 0.1, 0.2, 0.6), "q": (0.6, 0.2, 0.1, 0.1)}
TWO = {"p": (0.2, 0.1, 0.1, 0.6), "q": (0.6, 0.1, 0.1, 0.2)}


def draw(student: str, digit: str, values: dict[str, tuple[float, ...]]) -> Draw:
    """Return a draw of exercise 1."""
    return Draw(student=student, exercise="1", draw=0, mark=digit * 24, values=dict(values))


def test_each_student_has_the_own_data(loaded: Grader) -> None:
    """Whoever has the same data shares what was worked out for them; whoever has none is judged by none."""
    draws = (draw("ada", "a", ONE), draw("bob", "b", TWO), draw("cyn", "c", ONE))
    given = GivenVariants(loaded.course, loaded.oracle, draws)
    ada, bob, cyn, eve = (given.assign(name)["1"] for name in ("ada", "bob", "cyn", "eve"))
    assert [one.draw for one in (ada, bob, cyn, eve)] == [*draws, None]
    assert ada.oracle is cyn.oracle
    assert ada.cache is cyn.cache
    assert ada.oracle.value("1", "ex1_kl_pq") != bob.oracle.value("1", "ex1_kl_pq")
    assert ada.owners == {"a" * 24: "ada", "b" * 24: "bob", "c" * 24: "cyn"}


def test_exercises_that_are_everybodys_are_not_assigned(loaded: Grader) -> None:
    """Only those that the course names; a draw of another exercise is none."""
    stray = draw("ada", "a", ONE).model_copy(update={"exercise": "2"})
    assert set(GivenVariants(loaded.course, loaded.oracle, (stray,)).assign("ada")) == {"1", "8"}
    course = loaded.course.model_copy(update={"file": loaded.course.file.model_copy(update={"variants": ()})})
    assert GivenVariants(course, loaded.oracle, (stray,)).assign("ada") == {}
