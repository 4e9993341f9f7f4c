"""PyYAML's syntax errors in words for an author: the line, what was expected, and what to write instead."""

from __future__ import annotations

import pytest

from grader.errors import CourseError
from grader.spec.yaml12 import parse_yaml


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nhint: Note: this\n", 2, "got a second colon in 'hint: Note: this': put the text in single quotes"),
        ("a: 1\n  b: 2\n", 2, "wrong indentation: expected a key at the column of the keys around it, got 'b: 2'"),
        ("a:1\nb: 2\n", 1, "expected a space after the colon, got 'a:1'"),
        ("b: 2\na:1\nc: 3\n", 2, "expected a space after the colon, got 'a:1'"),
        ("a:\n- x\nb\n", 3, "expected a key, a colon and a space, got 'b'"),
        ("a:\n\t- b\n", 2, "expected spaces, got a tab"),
        ("a:\n  b: 1\n c: 2\n", 3, "expected the next key in column 1, as in line 1, or a line further left"),
        ("a:\n  x: 1\n  - y\n", 3, "expected a key as in line 2, got '- y'"),
        ("- a\nb: 1\n", 2, "expected a list item as in line 1, got 'b: 1'"),
        ("a:\n  - x\n  -y\n", 3, "expected a space after the dash, got '-y'"),
        ("a:\n  - b: 1\n  -{b: 2}\n", 3, "expected a space after the dash, got '-{b: 2}'"),
        ('a: "\\lambda"\n', 1, "got \\lambda"),
        ('a: "\\xi"\n', 1, "got \\xi"),
        ('b: 1\na: "x\n  \\theta y"\n', 3, "got \\theta"),
        ('a: "\\nu"\n', 1, "got \\nu"),
        ('a: "\\', 1, "a backslash in double quotes"),
        ('a: 1\nb: "x\nc: 2\n', 2, "the quote that opens in 'b: \"x' is never closed"),
        ("a: 'it's'\n", 1, "expected a new line after a value in quotes"),
        ('a: {x: "y}\nb: 2\n', 1, "is never closed"),
        ('a: {x: "y}\nb: "2"\n', 1, "expected a closing quote in this line, got none"),
        ("a: [1, 2\nb: 3\n", 1, "expected a comma or ] after the [ that opens here, got"),
        ("a: {x: 1\nb: 3\n", 1, "expected a comma or } after the { that opens here, got"),
        ("a: ]\n", 1, "a bracket that nothing opens"),
        ("a: `x`\n", 1, "begins with a backquote: put it in quotes"),
        ("a: %x\n", 1, "begins with a %: put it in quotes"),
        ("%x: 1\n", 1, "a line that begins with %"),
        ("a: *bold* text\n", 1, "begins with a *, which would be an alias"),
        ("a: & x\n", 1, "begins with a &, which would be an anchor"),
        ("a: > x\n", 1, "expected a new line after | or >"),
        ("a: - x\n", 1, "expected the items of a list on lines of their own"),
        ("a: !<\n", 1, "while parsing a tag"),  # what has no words of its own keeps PyYAML's
    ],
)  # fmt: skip
def test_a_syntax_error_has_its_line_and_our_words(text: str, line: int, words: str) -> None:
    """One problem, where the author has to look."""
    with pytest.raises(CourseError) as caught:
        parse_yaml(text, "f.yaml")
    (problem,) = caught.value.problems
    assert problem.line == line
    assert words in problem.message


@pytest.mark.parametrize("text", [r'a: "one\ntwo \\theta \u03b8"', r"a: '\theta \lambda'", "a: |\n  \\theta\n"])
def test_a_backslash_that_means_itself_is_left_alone(text: str) -> None:
    """Escaped backslashes, single quotes and blocks hold LaTeX as it is written."""
    assert "\\theta" in parse_yaml(text, "f.yaml").data["a"]
