"""Code as tokens, without what a copy changes first: names, values, comments, docstrings and layout.

One pass with one pattern, linear in the length whatever a file holds. Not Python's `tokenize`: it takes the square of a
line's length, stops at the first mistake or magic, and gives other tokens for the same f-string in another version.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator
from typing import NamedTuple

NAME, NUMBER, STRING = "n", "0", "s"
# A string without an end goes as far as Python would read it: to the end of its line, or of the file.
_PATTERN = re.compile(
    r"""
    (?P<newline>\n\s*+)
  | (?P<space>[^\S\n]++|\\\n)
  | (?P<comment>\#[^\n]*+)
  | (?P<string>[rRbBuUfFtT]{0,2}(?:
        \"{3}(?:[^"\\]++|\\(?:[\s\S]|\Z)|"(?!""))*+(?:\"{3}|\Z)
      | '{3}(?:[^'\\]++|\\(?:[\s\S]|\Z)|'(?!''))*+(?:'{3}|\Z)
      | "(?:[^"\\\n]++|\\(?:[\s\S]|\Z))*+"?
      | '(?:[^'\\\n]++|\\(?:[\s\S]|\Z))*+'?))
  | (?P<number>\.?\d(?:[eE][+-]|[\w.])*+)
  | (?P<name>[^\W\d]\w*+)
  | (?P<sign>\*\*=?|//=?|<<=?|>>=?|->|\.\.\.|[-+*/%@&|^=!<>:]=|[^\w\s]|\w)
    """,
    re.VERBOSE,
)
_DEPTH = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}


class Word(NamedTuple):
    """A token of code or a word of a text, and its line in the piece, from 0."""

    text: str
    line: int


class Scanned(NamedTuple):
    """What a piece of code says to the machine, and the strings in it, by the lines on which they begin."""

    code: list[Word]
    strings: list[Word]


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


def scan_code(source: str, kept: frozenset[str] = frozenset(), most: int | None = None) -> Scanned:
    """Return the tokens of a piece of code, at most about so many.

    Names become one token, numbers and strings one each; keywords, signs, what follows a dot (a library's word, that
    nobody can rename) and the names in `kept` stay. A string that is a statement of its own, as docstrings are, is
    no token.
    """
    code: list[Word] = []
    strings: list[Word] = []
    depth, begins, waiting, before = 0, True, None, ""
    for token in _list_tokens(source):
        if most is not None and len(code) >= most:
            break
        if token.kind == "newline":
            waiting = None  # it was a statement of its own
            begins = begins or depth == 0
            continue
        if waiting is not None:
            code.append(waiting)
            waiting = None
        if token.kind == "string":
            strings.append(Word(token.text, token.line))
            if begins:
                waiting, begins = Word(STRING, token.line), False
                continue
        begins = False
        depth = max(0, depth + _DEPTH.get(token.text, 0))
        code.append(Word(_normalise(token, before, kept), token.line))
        before = token.text
    return Scanned(code, strings)


def _normalise(token: _Token, before: str, kept: frozenset[str]) -> str:
    match token.kind:
        case "string":
            return STRING
        case "number":
            return NUMBER
        case "name":
            stays = before == "." or token.text in kept or keyword.iskeyword(token.text)
            return token.text if stays else NAME
        case _:
            return token.text


def _list_tokens(source: str) -> Iterator[_Token]:
    """Yield all but blanks and comments."""
    line = 0
    for match in _PATTERN.finditer(source):
        kind = str(match.lastgroup)
        if kind not in {"space", "comment"}:
            yield _Token(kind, match[0], line)
        line += match[0].count("\n")
