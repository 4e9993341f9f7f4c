"""What of code counts, and that no source makes the scan long."""

from __future__ import annotations

import pytest

from grader.similar.tokens import scan_code

PLAIN = "def kl(p, q):\n    return p.sum() + 1.5e-3\n"


def list_texts(source: str, kept: frozenset[str] = frozenset()) -> list[str]:
    """Return the tokens of a source."""
    return [word.text for word in scan_code(source, kept).code]


def test_names_numbers_and_strings_are_one_token_each() -> None:
    """Keywords, signs and what follows a dot stay."""
    assert list_texts(PLAIN) == [
        "def",
        "n",
        "(",
        "n",
        ",",
        "n",
        ")",
        ":",
        "return",
        "n",
        ".",
        "sum",
        "(",
        ")",
        "+",
        "0",
    ]
    assert list_texts('f(r"a", 0x1F, 1_000j)') == ["n", "(", "s", ",", "0", ",", "0", ")"]
    assert list_texts("kl = g", frozenset({"kl"})) == ["kl", "=", "n"]


@pytest.mark.parametrize(
    "changed",
    [
        "def kl(a, b):\n    return a.sum() + 7\n",
        'def kl(p, q):\n    """The divergence."""\n    return p.sum() + 1.5e-3\n',
        "# mine\ndef kl(p,q): # here\n\n\treturn p . sum( )+1.5e-3",
        "def kl(\n    p,\n    q,\n):\n    return p.sum() + \\\n        2\n".replace("q,\n", "q\n"),
        "'a remark'\n" + PLAIN,
    ],
    ids=["names and values", "docstring", "comments and layout", "lines", "a string alone"],
)
def test_what_a_copy_changes_first_does_not_count(changed: str) -> None:
    """The tokens stay the same."""
    assert list_texts(changed) == list_texts(PLAIN)


def test_strings_that_are_values_count_and_all_strings_are_kept_as_words() -> None:
    """Their lines are kept too."""
    scanned = scan_code('"""a\nb"""\nx = "c"\n(\n"d"\n"e")\n')
    assert [word.text for word in scanned.code] == ["n", "=", "s", "(", "s", "s", ")"]
    assert [(word.text, word.line) for word in scanned.strings] == [
        ('"""a\nb"""', 0),
        ('"c"', 2),
        ('"d"', 4),
        ('"e"', 5),
    ]


def test_string_that_begins_a_longer_statement_counts() -> None:
    """It is no docstring."""
    assert list_texts('", ".join(x)') == ["s", ".", "join", "(", "n", ")"]


MANY = 1 << 18
HOSTILE = {
    "one line": "x+" * MANY,
    "open brackets": "(" * MANY,
    "closed brackets": ")" * MANY,
    "no end of a string": "x = '''" + "a\n" * MANY,
    "escaped ends": '"""\\' * MANY,
    "quotes": "'" * MANY + '"' * (MANY + 1),
    "backslashes": "\\" * MANY,
    "a number": "1" * MANY + "e+" * MANY,
    "prefixes": "rb" * MANY,
    "null bytes": "\0" * MANY,
    "directions": "\u202e" * MANY,
    "other digits and letters": "\u0662\u0301\u4e2d\U0001d7d8" * (MANY >> 2),
    "magics": "%matplotlib inline\n!ls\n" * 1000,
    "invalid": "def ) return ??? = 0x !\n" * 1000,
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE)
def test_hostile_source_is_read_once(source: str) -> None:
    """No mistake stops the scan, and each line number is one of the source."""
    scanned = scan_code(source)
    lines = source.count("\n")
    assert all(0 <= word.line <= lines for word in (*scanned.code, *scanned.strings))
