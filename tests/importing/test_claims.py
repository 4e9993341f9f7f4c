"""What a test claims of an answer, and what of it cannot be read."""

from __future__ import annotations

import ast

import pytest

from grader.importing.claims import ATOL, EXACT, MAX_CLAIMS, RTOL, Claim, guess_kind, read_claims


def read_one(source: str) -> Claim:
    """Return the only claim of a test that is understood as a whole."""
    claims = read_claims(source, {"f", "x"})
    assert claims.unread == []
    (claim,) = claims.found
    return claim


@pytest.mark.parametrize(
    ("source", "kind", "absolute", "relative"),
    [
        ("assert x == 3", "number", EXACT, EXACT),
        ("assert 3 == x", "number", EXACT, EXACT),
        ("x == 'a'", "string", EXACT, EXACT),
        ("assert x is True", "bool", EXACT, EXACT),
        ("assert x == [1, 2]", "array", EXACT, EXACT),
        ("assert x == {'a': 1}", "dict", EXACT, EXACT),
        ("assert np.isclose(x, 2.5)", "number", ATOL, RTOL),
        ("assert np.allclose([1, 2], x, rtol=1e-3)", "array", ATOL, 1e-3),
        ("assert math.isclose(x, 2.5, abs_tol=1e-2)", "number", 1e-2, EXACT),
        ("assert np.allclose(x, 2.5, 1e-3)", "number", ATOL, 1e-3),
        ("np.testing.assert_allclose(x, 2.5)", "number", 1e-12, 1e-7),
        ("np.testing.assert_almost_equal(x, 2.5, decimal=3)", "number", 1.5e-3, 0.0),
        ("self.assertAlmostEqual(x, 2.5, 2)", "number", 1.5e-2, 0.0),
        ("assert x == pytest.approx(2.5, rel=0.1)", "number", 1e-12, 0.1),
        ("assert round(x, 2) == 2.5", "number", 0.5e-2, 0.0),
        ("assert abs(x - 2.5) < 10**-3", "number", 1e-3, 0.0),
        ("assert np.array_equal(x, np.array([1, 2]))", "array", EXACT, EXACT),
        ("assert np.all(x == [1, 2])", "array", EXACT, EXACT),
        ("assert (x == [1, 2]).all()", "array", EXACT, EXACT),
    ],
)
def test_a_comparison_says_kind_and_closeness(source: str, kind: str, absolute: float, relative: float) -> None:
    """However it is written, and on whichever side the answer stands."""
    claim = read_one(source)
    assert (claim.answer, claim.access, claim.kind) == ("x", "value", kind)
    assert claim.closeness is not None
    assert (claim.closeness.absolute, claim.closeness.relative) == pytest.approx((absolute, relative))


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("assert isinstance(x, (int, float))", "number"),
        ("assert type(x) == pd.Series", "dict"),
        ("assert isinstance(x, pd.DataFrame)", "table"),
        ("assert len(x) == 3", ""),
        ("assert 0 < x < 100", ""),
        ("x", ""),
        ("assert x['a'] == 1", "dict"),
        ("assert x[0] == 1", "array"),
    ],
)
def test_what_is_looked_at_may_say_the_kind(source: str, kind: str) -> None:
    """Without saying how close."""
    assert read_one(source).kind == kind


def test_calls_are_kept_with_their_arguments() -> None:
    """Names of the test's own are put in, loops over written values unrolled, both sides of `and` read."""
    loops = "for i in [2, 3]:\n    assert f(i, key=n) > 0\nfor i in range(2):\n    f(i)"
    source = f"n = 4\nassert f(n) == 2 and f(1) == 1\n{loops}"
    claims = read_claims(source, {"f"})
    calls = [ast.unparse(claim.call) for claim in claims.found if claim.call is not None]
    assert claims.unread == []
    assert calls == ["f(4)", "f(1)", "f(2, key=4)", "f(3, key=4)", "f(0)", "f(1)"]


def test_values_of_a_generator_are_counted() -> None:
    """From the beginning whenever a new one is made."""
    source = "g = f()\nassert next(g) == 0\nassert next(g) == 1\ng = f()\nassert next(g) == 0"
    claims = read_claims(source, {"f"})
    assert [(claim.access, claim.count) for claim in claims.found] == [("next", 1), ("next", 2), ("next", 1)]


@pytest.mark.parametrize(
    "source",
    [
        "try:\n    f(0)\nexcept ValueError:\n    pass\nelse:\n    raise AssertionError",
        "with pytest.raises(ValueError):\n    f(0)",
        "del f",
        "for i in range(1000):\n    assert f(i) == i",
        "for i in values:\n    assert f(i) == i",
        "assert y == 3",
        "assert x == {1, 2}",
        "assert x is None",
        "x = 3",
        "assertRaises(ValueError, f, 0)",
        "this is no Python",
    ],
)
def test_what_cannot_be_read_is_returned(source: str) -> None:
    """As it is written: somebody has to look at it."""
    assert read_claims(source, {"f", "x"}).unread


def test_claims_are_bounded() -> None:
    """A test of many thousand lines ends, and so does one that is nested too deeply."""
    many = read_claims("x\n" * (MAX_CLAIMS + 10), {"x"})
    assert len(many.found) == MAX_CLAIMS + 1
    assert many.unread
    nested = "".join(f"{' ' * depth}for i{depth} in range(60):\n" for depth in range(8)) + f"{' ' * 8}pass"
    assert read_claims(nested, {"x"}).unread
    doubled = "a0 = [1, 2]\n" + "".join(f"a{n + 1} = [a{n}, a{n}]\n" for n in range(60)) + "assert x == a60"
    assert read_claims(doubled, {"x"}).unread
    deep = read_claims("assert x == " + "-" * 5000 + "1", {"x"})
    assert deep.unread


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("[[1, 2], [3, 4]]", ("array", (2, 2))), ("[1, n]", ("array", (2,))), ("['a']", ("none", None)),
        ("-1", ("number", None)), ("1 + 2j", ("complex", None)), ("np.array([1])", ("array", (1,))),
        ("not a", ("bool", None)), ("f'a'", ("string", None)),
        ("pd.DataFrame({})", ("table", None)), ("g(1)", ("", None)), ("{}", ("dict", None)), ("[]", ("none", None)),
    ],
)  # fmt: skip
def test_kind_of_an_expression(source: str, kind: tuple[str, tuple[int, ...] | None]) -> None:
    """As far as it is written there; nothing is computed."""
    assert guess_kind(ast.parse(source, mode="eval").body) == kind
