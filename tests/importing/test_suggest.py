"""From what tests claim to answers with a suggested rule."""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader.importing.solution import find_definitions
from grader.importing.suggest import MAX_INPUTS, Draft, suggest_answers
from tests.importing.conftest import ask


def suggest(source: str, *tests: str) -> list[Draft]:
    """Return the answers of a question with this solution and these tests, a point each."""
    question = ask(source, *tests)
    return suggest_answers(question, find_definitions(question), "answer_q")


def test_a_function_is_called_with_what_the_tests_call_it_with() -> None:
    """Defaults and keywords in their places, each row once; NumPy's arrays as code."""
    (draft,) = suggest(
        "def f(a, n=2):\n    return a * n",
        "assert f(1) == 2\nassert f(1, 2) == 2\nassert f(n=3, a=np.array([1, 2])) is not 0",
    )
    assert (draft.name, draft.kind, draft.keys) == ("f", "function", {"arguments": ["a", "n"]})
    assert draft.inputs == ("(1, 2)", "(np.array([1, 2]), 3)")
    assert draft.rule is not None
    assert (draft.rule["rule"], draft.rule["inputs"], draft.rule["partial"]) == ("function", "f_inputs", 0)


@pytest.mark.parametrize(
    "call",
    [
        "f(y)",
        "f(*[1])",
        "f(open('/etc/passwd'))",
        "f(np.load('x'))",
        "f(lambda: 1)",
        "f(1, 2)",
        "f(10 ** 10 ** 10)",
        "f('a' * 10 ** 11)",
        "f(np.zeros(10 ** 12))",
    ],
)
def test_a_call_whose_arguments_are_not_written_out_is_left_out(call: str) -> None:
    """It would run somebody's code, or needs what the course has not."""
    (draft,) = suggest("def f(a):\n    return a", f"assert f(3) == 3\nassert {call} == 1")
    assert draft.inputs == ("(3,)",)
    assert any(call in said for said in draft.left_out)


def test_what_a_function_returns_may_be_a_text() -> None:
    """One kind of result; what no rule compares gives no suggestion."""
    (words,) = suggest("def f(a):\n    return 'x'", "assert f(1) == 'x'")
    assert words.keys["result"] == "string"
    (mixed,) = suggest("def f(a):\n    return a", "assert f(1) == 'x'\nassert f(2) == 3")
    assert mixed.rule is None
    (table,) = suggest("def f(a):\n    return {}", "assert f(1) == {'a': 1}")
    assert table.rule is None


def test_at_most_so_many_inputs() -> None:
    """The others are said."""
    tests = "\n".join(f"assert f({number}) == 1" for number in range(MAX_INPUTS + 3))
    (draft,) = suggest("def f(a):\n    return 1", tests)
    assert (len(draft.inputs), len(draft.left_out)) == (MAX_INPUTS, 3)


@pytest.mark.parametrize(
    ("source", "test", "kind", "rule"),
    [
        ("x = 2", "assert x == 2", "number", "close"),
        ("x = g()", "assert x == [1, 2]", "array", "close"),
        ("x = 'a'", "assert len(x) == 1", "string", "exact"),
        ("x = 1 < 2", "x", "bool", "exact"),
        ("x = g()", "np.isclose(x['a'], 2)", "dict", "labelled"),
        ("x = pd.DataFrame({})", "assert 'a' in x['b']", "table", "labelled"),
    ],
)
def test_a_value_has_the_rule_of_its_kind(source: str, test: str, kind: str, rule: str) -> None:
    """By what the solution makes, else by what the test takes it for."""
    (draft,) = suggest(source, test)
    assert (draft.kind, (draft.rule or {}).get("rule")) == (kind, rule)


@pytest.mark.parametrize(
    ("source", "test"),
    [("x = g()", "assert len(x) == 2"), ("x = g()", "assert x == {1, 2}"), ("class X:\n    pass", "assert X().y == 2"),
     ("def x(*a):\n    return 1", "assert x(1) == 1"), ("x, y = g()", "assert len(x) == 2")],
)  # fmt: skip
def test_where_nothing_says_the_kind_there_is_no_suggestion(source: str, test: str) -> None:
    """An open task without one is honest."""
    assert suggest(source, test)[0].rule is None


def test_a_generator_is_asked_for_its_first_values() -> None:
    """As no check can call it: an array under a name of its own."""
    (draft,) = suggest("def f():\n    yield 1", "g = f()\nassert next(g) == 1\nassert next(g) == 2")
    assert (draft.name, draft.kind, draft.keys) == ("f_values", "array", {"shape": [2]})
    assert draft.observed == "[value for value, _ in zip(f(), range(2))]"


def test_a_function_without_arguments_is_asked_for_its_result() -> None:
    """With a rule where the tests say what it is."""
    (draft,) = suggest("def f():\n    return 1", "assert f() == 1")
    assert (draft.name, draft.kind, draft.observed) == ("f_result", "number", "f()")
    (unknown,) = suggest("def f():\n    return g()", "assert len(f()) == 2")
    assert (unknown.observed, unknown.rule) == ("f()", None)


def test_points_go_to_the_answers_that_a_test_looks_at() -> None:
    """Shared where it looks at several; where it cannot be read, by the names in it, else by all."""
    drafts = suggest("x = 1\ny = 2", "assert x == 1", "assert x == 1\nassert y == 2", "with y:\n    pass", "assert g()")
    assert [(draft.name, draft.points) for draft in drafts] == [("x", Fraction(2)), ("y", Fraction(2))]
    assert [any("with y" in said for said in draft.left_out) for draft in drafts] == [False, True]


def test_the_widest_tolerance_of_the_tests_is_suggested() -> None:
    """With the words that they ask by."""
    (draft,) = suggest("x = 2.0", "assert x == 2\nassert np.isclose(x, 2)")
    assert (draft.rule or {})["tolerance"] == {
        "absolute": 1e-8, "relative": 1e-5, "reason": "The imported tests ask for isclose.",
    }  # fmt: skip


@pytest.mark.parametrize("test", ["round(f(1), -400) == 2", "np.testing.assert_almost_equal(f(1), 2, -400)"])
def test_decimals_beyond_every_number_are_bounded(test: str) -> None:
    """10.0**400 is no number."""
    (draft,) = suggest("def f(a):\n    return a", f"assert {test}" if "==" in test else test)
    assert draft.rule is not None
    assert isinstance(tolerance := draft.rule["tolerance"], dict)
    assert 1e29 < tolerance["absolute"] < 1e31


def test_the_code_of_tests_is_kept_with_what_students_did_not_see() -> None:
    """The open task shows it."""
    (draft,) = suggest("x = 2", "assert x == 2\n### BEGIN HIDDEN TESTS\nassert x < 3\n### END HIDDEN TESTS")
    assert draft.tests == "# test_0\nassert x == 2\n# test_0, hidden from students\nassert x < 3"
    assert draft.examples == ()


def test_without_solution_the_answer_has_a_made_up_name() -> None:
    """The points are not lost."""
    (draft,) = suggest("1 + 1", "assert y == 2")
    assert (draft.name, draft.points, draft.rule) == ("answer_q", 1, None)
