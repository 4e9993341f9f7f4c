"""Python as syntax trees: magics, bounds, places."""

from __future__ import annotations

import ast

import pytest

from grader.importing.code import MAX_CHARS, cut, drop_magics, find_root, list_bound, parse_code, replace_texts


@pytest.mark.parametrize(
    "source", ["x = (", "%%bash\nls", "x\x00", "#" * (MAX_CHARS + 1), "-" * 100_000 + "1", "(" * 300]
)
def test_what_is_not_python_or_too_much_has_no_tree(source: str) -> None:
    """And ends nothing."""
    assert parse_code(source) is None


def test_magics_keep_their_line() -> None:
    """A block of nothing but a magic is still a block."""
    assert drop_magics("%pip install x\nif a:\n    !ls\nnp.sin?\nx % 2") == "pass\nif a:\n    pass\npass\nx % 2"


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import a.b as c, d.e", ["c", "d"]), ("x, (y, *z) = 1", ["x", "y", "z"]), ("def f(a):\n    b = 1", ["f"]),
        ("for i in j:\n    k = 1", ["i", "k"]), ("x = [y for y in z]", ["x"]), ("a.b = c[0] = 1", []),
        ("with a as b:\n    def g():\n        c = 1", ["b", "g"]), ("x += 1", ["x"]),
    ],
)  # fmt: skip
def test_names_that_a_statement_binds(source: str, names: list[str]) -> None:
    """Those of inner functions and comprehensions are their own."""
    assert list(list_bound(ast.parse(source).body[0])) == names


def test_root_of_an_expression() -> None:
    """Where a chain begins."""
    assert find_root(ast.parse("a.b['c'](1).d", mode="eval").body) == "a"
    assert find_root(ast.parse("1 + a", mode="eval").body) == ""


def test_a_statement_is_cut_out_as_it_is_written() -> None:
    """Decorators too; of several in a line each by itself."""
    source = "@a\ndef f():\n    return 1  # one\nx = 1; y = 2"
    statements = ast.parse(source).body
    pieces = [cut(source.split("\n"), node) for node in statements]
    assert pieces == [
        "@a\ndef f():\n    return 1  # one",
        "x = 1",
        "y = 2",
    ]


def test_strings_are_replaced_where_they_stand() -> None:
    """Not in f-strings, and not where only a part is equal; letters of several bytes move nothing."""
    source = "é = 'a.csv'; f('a.csv', 'b a.csv', f'a.csv')"
    assert replace_texts(source, {"a.csv": "A"}) == "é = A; f(A, 'b a.csv', f'a.csv')"
