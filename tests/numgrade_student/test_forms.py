"""Which values are of the form, and what is said of the others: the same of live objects and of evidence."""

from __future__ import annotations

import subprocess
import sys
from collections import deque
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy

from grader.judge.plain import plain_of
from numgrade_student.course import Answer
from numgrade_student.forms import Fault, find_fault, find_result_fault
from numgrade_student.plain import Items, take_plain
from tests.conftest import reduce

NUMBER, ARRAY = Answer("x", "number"), Answer("x", "array", shape=(2,))
INTEGER, COMPLEX = Answer("x", "integer"), Answer("x", "complex", shape=(2,))
BOOL, STRING = Answer("x", "bool"), Answer("x", "string")
CHOICE = Answer("x", "choice", choices=("pq", "qp"))
SET = Answer("x", "set", choices=("kl", "tv"))
NAMED = Answer("x", "array", shape=(2,), keys=("kl", "tv"))
ANY_ORDER = Answer("x", "array", shape=(2,), any_order=True)
RANGED = Answer("x", "number", range=(0.1, 1.0), default=0.5)
EXPRESSION = Answer("x", "expression")
FUNCTION, FIGURE, DICT = Answer("x", "function"), Answer("x", "figure"), Answer("x", "dict")


def _axes() -> Any:
    from matplotlib.figure import Figure

    return Figure().subplots()


FINE: list[tuple[Answer, Any]] = [
    *((NUMBER, one) for one in (0.5, 1, np.float32(2), np.int8(3), np.array(0.5), Fraction(1, 3), Decimal("0.1"))),
    *((NUMBER, one) for one in (sympy.log(2), sympy.Rational(1, 3), float("inf"), 10**400 - 1, np.float64(-0.0))),
    *((ARRAY, one) for one in ([1, 2], (1, 2.5), np.array([1, 2]), [Fraction(1, 2), sympy.Integer(1)], range(2))),
    *((ARRAY, one) for one in (deque([1, 2]), np.array([1, 2], dtype=object), [np.array(1.0), 2])),
    (INTEGER, 3.0), (INTEGER, np.int64(3)),
    (COMPLEX, [1j, 2]), (COMPLEX, np.array([1, 2j])), (COMPLEX, [sympy.I, 1]),
    *((BOOL, one) for one in (True, np.True_, np.array(False), sympy.true)),
    (STRING, "a"), (CHOICE, " PQ "), (CHOICE, np.str_("qp")),
    *((SET, one) for one in ("kl", {"kl"}, ["KL", "tv"], (), set(), np.array(["kl", "tv"]), frozenset({"tv"}))),
    (NAMED, {"KL": 1, "tv": 2}), (NAMED, [1, 2]), (ANY_ORDER, {1, 2}), (RANGED, 0.5),
    *((EXPRESSION, one) for one in ("log(96)/10", "np.log(2)*pi", "1/3", sympy.log(96) / 10, "2**-3", "0.1*log(3)")),
    (FUNCTION, abs), (FUNCTION, Fault), (DICT, {"a": 1}), (DICT, {1: [1, 2]}),
]  # fmt: skip

WRONG: list[tuple[Answer, Any, str]] = [
    (NUMBER, True, "x is True, but should be a number."),
    (NUMBER, "0.5", "x is the string '0.5', but should be a number: write it without quotes."),
    (NUMBER, float("nan"), "x is NaN (not a number)."),
    (NUMBER, 1j,
     "x is a complex number, but should be a real number: take the part that you need, with .real or abs()."),
    (NUMBER, np.array([0.5]), "x is an array with one entry, but should be a single number: take the entry, x[0]."),
    (NUMBER, [0.5], "x is a list with one entry, but should be a single number: take the entry, x[0]."),
    (NUMBER, [[1, 2]], "x is a list with one entry, but should be a single number: take the entry, x[0]."),
    (NUMBER, np.zeros((2, 2)), "x is an array of shape (2, 2), but should be a single number."),
    (NUMBER, np.ma.masked_array([1.0], [True]), "x is a masked array, but should be a number: fill it first."),
    (NUMBER, np.ma.masked, "x is a masked array, but should be a number: fill it first."),
    (NUMBER, abs, "x is a function, but should be a number: call it with its arguments, in parentheses."),
    (NUMBER, np.array(True), "x is True, but should be a number."),
    (NUMBER, sympy.nan, "x is NaN (not a number)."),
    (NUMBER, {"a": 1}, "x is a dict, but should be a number."),
    (ARRAY, [[1, 2]], "x has shape (1, 2), but should have shape (2,): use one pair of brackets."),
    (ARRAY, [[1], [2]], "x has shape (2, 1), but should have shape (2,): flatten it with np.ravel."),
    (ARRAY, [1, 2, 3], "x has shape (3,), but should have shape (2,)."),
    (ARRAY, [1, [2]], "x is ragged, but should be a regular array: its rows differ in length."),
    (ARRAY, [1, True], "x has True in entry [1], but should have a number there."),
    (ARRAY, [1, float("nan")], "x has NaN (not a number) in entry [1]."),
    (ARRAY, {1, 2}, "x is a set, which has no order, but should be a list or an array."),
    (ARRAY, 1.0, "x is a single number, but should be an array of shape (2,)."),
    (ARRAY, {"kl": 1}, "x is a dict, but should be an array of shape (2,): use a list."),
    (NAMED, {"kl": 1}, "x is a dict, but should be one with the keys 'kl', 'tv', each once."),
    (INTEGER, 2.5, "x is 2.5, but should be a whole number."),
    (BOOL, 1, "x is a number, but should be True or False."),
    (BOOL, "True", "x is the string 'True', but should be True or False: write it without quotes."),
    (STRING, 1, "x is a number, but should be a string."),
    (CHOICE, "p", "x is 'p', but should be one of 'pq', 'qp'."),
    (CHOICE, ["pq"], "x is a list with one entry, but should be a single word: take the entry, x[0]."),
    (SET, {"kl", "m"}, "x has 'm' in it, but should have only words out of 'kl', 'tv'."),
    (SET, {"kl": 1}, "x is a dict, but should be a set or list of words out of 'kl', 'tv'."),
    (RANGED, 5, "x is 5, but should be between 0.1 and 1: else 0.5 is used."),
    (EXPRESSION, 0.45, 'x is a number, but should be an exact expression in quotes, for example "log(2)/3".'),
    (EXPRESSION, "0.45", "x is a decimal number; write the exact value, for example log(2)/3."),
    (EXPRESSION, "log(", "x cannot be read as an expression."),
    (EXPRESSION, "foo(2)", "x calls 'foo', which is not known here: use one of exp, ln, log, log10, log2, sqrt."),
    (FUNCTION, 0.5, "x is a number, but should be a function."),
    (FIGURE, [1, 2],
     "x is a list of 2 entries, but should be a Matplotlib figure: give it what plt.figure or plt.subplots returned."),
    (DICT, [1], "x is a list of 1 entry, but should be a dict."),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "value"), FINE)
def test_accepted_forms(answer: Answer, value: Any) -> None:
    """What the contract accepts has nothing wrong with its form, live and through evidence."""
    assert find_fault(answer, take_plain(value)) is None
    assert find_fault(answer, plain_of(reduce(value))) is None


@pytest.mark.parametrize(("answer", "value", "words"), WRONG)
def test_other_forms_are_told_how_to_be_mended(answer: Answer, value: Any, words: str) -> None:
    """Everything else has its sentence, the same live and through evidence."""
    for plain in (take_plain(value), plain_of(reduce(value))):
        fault = find_fault(answer, plain)
        assert fault is not None
        assert fault.of_answer("x") == words


def test_figures_are_known_in_every_form() -> None:
    """A figure, axes, arrays and pairs of them; and the same through evidence."""
    axes = _axes()
    for one in (axes, axes.figure, [axes, axes], (axes.figure, axes), np.array([[axes]], dtype=object)):
        assert find_fault(FIGURE, take_plain(one)) is None
        assert find_fault(FIGURE, plain_of(reduce(one))) is None


@pytest.mark.parametrize("value", [[1.0, 2.0], (1.0, 2.0)])
def test_tables_of_pandas_are_arrays(value: Any) -> None:
    """A Series is as good as a list, live and through evidence."""
    pandas = pytest.importorskip("pandas")
    for plain in (take_plain(pandas.Series(value)), plain_of(reduce(pandas.Series(value)))):
        assert find_fault(ARRAY, plain) is None
        assert find_fault(NUMBER, plain) is not None


def test_results_of_calls_have_sentences_of_their_own() -> None:
    """What a function returned is told as such."""
    answer = Answer("f", "function")
    fault = find_result_fault(answer, take_plain([1.0, float("nan")]))
    assert fault is not None
    assert fault.of_result == "returned NaN (not a number) in entry [1]"
    fault = find_result_fault(Answer("f", "function", result="bool"), 1)
    assert fault is not None
    assert fault.of_result == "returned a number, but should return True or False"
    assert find_result_fault(Answer("f", "function", result="string"), "a") is None
    assert find_result_fault(answer, take_plain(np.eye(2))) is None
    fault = find_result_fault(answer, take_plain([1.0]), (0.5, (0.5, 0.5)))
    assert fault is not None
    assert fault.got == "a list with one entry"
    assert find_result_fault(answer, take_plain([1.0]), ([[4.0]],)) is None


def test_objects_that_lie_or_go_on_for_ever_are_bounded() -> None:
    """An object that raises when looked at, or never ends, is told and stops nothing."""

    class Liar:
        """Raises when it is taken for an array."""

        def __array__(self, *_: object, **__: object) -> Any:
            raise RuntimeError

    class Leaver:
        """Ends the program when it is taken for an array."""

        def __array__(self, *_: object, **__: object) -> Any:
            raise SystemExit

    nested: list[Any] = []
    nested.append(nested)
    for value, words in (
        (Liar(), "x raised an exception when it was read."),
        (nested, "x is nested too deeply to be read."),
        (np.zeros(200_000), "x is too large to be read."),
        (10**500, "x is too large to be read."),
        (Leaver(), "x raised an exception when it was read."),
        ([[0.0] * 10_000] * 121, "x is too large to be read."),
        ([[0] * 10**6] * 1000, "x is too large to be read."),
        ([np.zeros(90_000)] * 4, "x is too large to be read."),
    ):
        fault = find_fault(NUMBER, take_plain(value))
        assert fault is not None
        assert fault.of_answer("x") == words


def test_what_lies_beyond_the_floats_and_long_lists_are_read() -> None:
    """A fraction is the largest float, as an integer is; a curve for each of many times is no attack."""
    assert take_plain(Fraction(10**400)) == sys.float_info.max
    assert take_plain(Fraction(-(10**400))) == -sys.float_info.max
    assert isinstance(take_plain([[0.5] * 1000] * 121), Items)


def test_no_library_is_imported_to_look_at_an_object() -> None:
    """SymPy, pandas and Matplotlib are only known where the student imported them."""
    source = "import sys; from numgrade_student.plain import take_plain; take_plain([1, 'a', {}])"
    shown = "print(sorted({'sympy', 'pandas', 'matplotlib', 'IPython'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", f"{source}; {shown}"], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
