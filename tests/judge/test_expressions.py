from __future__ import annotations

import math
from fractions import Fraction
from typing import Any, get_args

import pytest

from grader.judge.describe import Invalid
from grader.judge.expressions import (
    MORE_FUNCTIONS,
    are_equal,
    evaluate_expression,
    parse_expression,
)
from grader.judge.rules.expression import MoreFunction
from numgrade_student.expressions import BITS_LIMIT, DEPTH_LIMIT, FUNCTIONS, LENGTH_LIMIT

VALUES = {
    "1/3": 1 / 3,
    "-2**2": -4.0,
    "2**-1": 0.5,
    "(-8)**3": -512.0,
    "4**(1/2)": 2.0,
    "pi": math.pi,
    "np.pi/2 + math.e": math.pi / 2 + math.e,
    "sympy.E": math.e,
    "exp(1)": math.e,
    "log(\n 2)": math.log(2),
    "+sqrt(2)": math.sqrt(2),
    "2*10**400/10**400": 2.0,
    "0.5*log(2)": 0.5 * math.log(2),
    "1e-1*log(96)": math.log(96) / 10,
}


@pytest.mark.parametrize("text", VALUES)
def test_an_expression_has_its_value(text: str) -> None:
    """Numbers, operators, constants and functions give what Python's own would give."""
    found = parse_expression(text)
    assert isinstance(found, float)
    assert math.isclose(found, VALUES[text], rel_tol=1e-14)


REFUSED = [
    "__import__('os').system('true')", "os.system(1)", "np.random.rand()", "log.__class__", "().__class__",
    "lambda: 1", "[1][0]", "{1}", "1 if 2 else 3", "1 < 2", "not 1", "~1", "7 // 2", "7 % 2", "2 ^ 3", "x", "inf",
    "log", "log(2, 3)", "log()", "log(*(2,))", "log(x=2)", "pi(2)", "math.math.log(2)", "True", "None", "2pi", "2j",
    "1or 2", "0x10", "1_000", "'a'", "1;2", "a=1", "(1, 2)", "1,", "((1)", "1)", "1 +", "log(0)", "log(-1)",
    "sqrt(-1)", "(-8)**(1/3)", "1/0", "0**-1", "exp(1000)", "e*10.0**400", "(", "()", "\x00", "−1", "½", "await 1",
]  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_everything_else_is_refused(text: str) -> None:
    """What is no expression of the allowed form, or has no finite real value, is refused with a reason."""
    found = parse_expression(text)
    assert isinstance(found, Invalid)
    assert found.code == "expression.unreadable"
    assert found.message


@pytest.mark.parametrize(
    ("text", "named"), [("2 ^ 3", "'^'"), ("1 − 2", "'−'"), ("log(2, 3)", "','"), ("0.5·pi", "'·'")]
)
def test_a_character_that_is_not_allowed_is_named(text: str, named: str) -> None:
    """Of a minus sign as books print it, a student could not see what is wrong."""
    found = parse_expression(text)
    assert isinstance(found, Invalid)
    assert f"holds the character {named}" in found.message


def test_what_nobody_sees_is_in_no_expression() -> None:
    """Copied from a page, spaces that do not break and characters without a width come along."""
    assert parse_expression("\ufefflog(4)\u00a0/\u200b 2") == parse_expression("log(4)/2")


BOMBS = [
    "9**9**9**9", "(9**999)**999", "2**100000", "1/" * 200 + "0", "9" * 400 + "**999", "(" * 120 + "1" + ")" * 120,
    "-" * 400 + "1", "1" + "+1" * 240, "9" * 5000, "exp(exp(exp(exp(9))))", "10**(10**10)", "2**(-10**9)",
]  # fmt: skip


@pytest.mark.parametrize("text", BOMBS, ids=range(len(BOMBS)))
def test_an_expression_made_to_hurt_is_refused(text: str) -> None:
    """Towers of powers, deep nesting and long texts meet a bound and cost nothing."""
    assert isinstance(parse_expression(text), Invalid)


DECIMALS = [
    "0.456434819",
    ".5",
    "5.",
    "1e-3",
    "-0.4",
    "+ 0.4",
    "(0.4)",
    "((0.4))",
    " 0.4 ",
    "0.4*1",
    "4.5/10",
    "0.1+0.2",
]


@pytest.mark.parametrize("text", DECIMALS)
def test_a_decimal_is_no_exact_expression(text: str) -> None:
    """However it is wrapped, a number made of decimals alone has a code of its own."""
    found = parse_expression(text)
    assert isinstance(found, Invalid)
    assert found.code == "expression.bare_decimal"


LN2 = (  # to a hundred digits, more than are compared
    "0.6931471805599453094172321214581765680755001343602552541206800094933936219696947156058633269964186875"
)
CONVERGENT = "1143734136843/1650059569243"  # of log(2), with an error below its digits

LONG = [
    f"{LN2}+0*pi",
    f"{LN2}*pi/pi",
    f"log(exp({LN2}))",
    f"sqrt({LN2}**2)",
    f"{LN2[2:]}/10**{len(LN2) - 2}",
    f"({LN2[2:40]}*10**{len(LN2) - 40}+{LN2[40:].lstrip('0')})/10**{len(LN2) - 2}*log10(10)",
]


@pytest.mark.parametrize("text", LONG)
def test_a_number_of_many_digits_is_no_exact_value_in_any_disguise(text: str) -> None:
    """Digits beyond those that are compared make nothing exact, whatever stands around them."""
    found = evaluate_expression(text)
    if isinstance(found, Invalid):
        assert found.code == "expression.not_exact"
    else:
        assert not are_equal(found, evaluate_expression("log(2)"))


@pytest.mark.parametrize("text", ["2**100*log(2)/2**100", "10**40*log(2)/10**40", "log(2)*96**8/96**8", "log(2)+0*pi"])
def test_large_powers_of_small_numbers_are_exact(text: str) -> None:
    """What takes few digits to write approximates nothing."""
    found = evaluate_expression(text)
    assert not isinstance(found, Invalid)
    assert are_equal(found, evaluate_expression("log(2)"))


def test_a_variable_may_make_any_fraction_long() -> None:
    """Where a variable has a value, only what is written without it can be an approximation."""
    point = {"x": Fraction(53, 59)}
    series = "+".join(f"x**{power}/{power + 1}" for power in range(1, 20))
    assert not isinstance(evaluate_expression(f"exp(x)*({series})", point), Invalid)
    found = evaluate_expression(f"exp(x)*{LN2}", point)
    assert isinstance(found, Invalid)
    assert found.code == "expression.not_exact"
    long = evaluate_expression("x**19 + 1/2", point)
    assert are_equal(long, evaluate_expression("exp(log(x**19 + 1/2))", point), is_written=False)


def test_nothing_times_an_irrational_number_is_nothing() -> None:
    """A fraction stays one when such a product is added, so it cannot pass for an irrational number."""
    assert evaluate_expression("1/3+0*pi") == Fraction(1, 3)
    assert not are_equal(evaluate_expression(f"{CONVERGENT}+0*pi"), evaluate_expression("log(2)"))


def test_the_bounds_are_where_they_are_said_to_be() -> None:
    """Just inside each bound an expression is read, just outside it is refused."""
    assert parse_expression("(" * DEPTH_LIMIT + "1" + ")" * DEPTH_LIMIT) == 1.0
    assert isinstance(parse_expression("(" * (DEPTH_LIMIT + 1) + "1" + ")" * (DEPTH_LIMIT + 1)), Invalid)
    assert parse_expression("1".rjust(LENGTH_LIMIT)) == 1.0
    assert isinstance(parse_expression("1".rjust(LENGTH_LIMIT + 1)), Invalid)
    assert parse_expression("2**1000/2**1000") == 1.0
    assert isinstance(parse_expression("2**1001/2**1001"), Invalid)
    assert BITS_LIMIT < 5000


@pytest.mark.parametrize("text", [*REFUSED, *BOMBS])
def test_no_message_speaks_of_our_own_fractions(text: str) -> None:
    """Students read of their expression, and nothing of how it is worked out."""
    found = parse_expression(text)
    assert isinstance(found, Invalid)
    assert "Fraction" not in found.message


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("sin(pi/4)", "sqrt(2)/2"),
        ("2*np.cos(pi/6)", "sqrt(3)"),
        ("math.atan(1) + arctan(1)", "pi/2"),
        ("tanh(ln(2))", "3/5"),
        ("asin(1/2)", "pi/6"),
    ],
)
def test_more_functions_are_known_where_an_exercise_allows_them(text: str, same: str) -> None:
    """Trigonometric and hyperbolic functions are as exact as the others; nobody has them unasked."""
    functions = FUNCTIONS | frozenset(MORE_FUNCTIONS)
    assert are_equal(evaluate_expression(text, functions=functions), evaluate_expression(same))
    assert "is not known here" in getattr(evaluate_expression(text), "message", "")


@pytest.mark.parametrize("text", ["acos(2)", "sinh(1001)", "0.7071067811865476*sin(pi/2)"])
def test_more_functions_make_nothing_exact(text: str) -> None:
    """Outside of its domain a function has no value, and a decimal beside one is as little exact as before."""
    found = evaluate_expression(text, functions=FUNCTIONS | frozenset(MORE_FUNCTIONS))
    assert isinstance(found, Invalid) or not are_equal(found, evaluate_expression("sqrt(2)/2"))


def test_a_check_may_allow_all_of_them() -> None:
    """The names in the record of a check are those that the calculator knows."""
    assert set(get_args(MoreFunction)) == set(MORE_FUNCTIONS)


def test_a_check_that_allows_sines_takes_them(quiz: Any) -> None:
    """An answer may use what its check allows; another check does not."""
    quiz.ask("x", "expression", "sqrt(2)/2", rule="expression", functions=("sin",))
    quiz.ask("y", "expression", "sqrt(2)/2", rule="expression")
    given = dict.fromkeys(("x", "y"), "np.sin(np.pi/4)")
    assert [result.code for result in quiz.results(**given).values()] == ["expression.equal", "expression.unreadable"]
