"""Tells which comments of a script stand between complete statements of its top level.

Looks at every character once, whatever a file holds; compiles and runs nothing. Python's own `tokenize` takes the
square of a line's length, and gives up on the first mistake: a bracket that is never closed, or a magic, in one cell
must not swallow the cells after it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

# What begins a string or a comment, and what may end each; brackets; a line that goes on; a line of IPython's own; and
# words that begin a statement and stand in no bracket.
_BEGINS = re.compile(
    r"#|\"{3}|'{3}|\"|'|[()\[\]{}]|\\\n|^[%!].*|^(?:assert|class|def|del|import|pass|raise|return|try|while|with)\b",
    re.MULTILINE,
)
_ENDS = {
    "#": re.compile(r"\n"),
    '"': re.compile(r"\"|\n|\\.", re.DOTALL),
    "'": re.compile(r"'|\n|\\.", re.DOTALL),
    '"""': re.compile(r"\"{3}|\\.", re.DOTALL),
    "'''": re.compile(r"'{3}|\\.", re.DOTALL),
}
_OPENING = {")": "(", "]": "[", "}": "{"}
_OTHER_LANGUAGE = re.compile(r"%%(?!time\b|timeit\b|capture\b|prun\b)")  # up to the next marker nothing is Python
_NEXT_MARKER = re.compile(r"^#[ \t]*%%", re.MULTILINE)
_GOES_ON = re.compile(r"(?:else|elif|except|finally)\b")


@dataclass
class _Scan:
    """What a script's text is made of, line by line."""

    text: str
    comments: dict[int, int] = field(default_factory=dict)  # line → the column where its comment begins
    continued: set[int] = field(default_factory=set)  # lines that follow a backslash
    steps: dict[int, int] = field(default_factory=dict)  # line → how many strings and brackets more it begins within
    brackets: list[tuple[str, int]] = field(default_factory=list)  # open ones and their lines
    line: int = 0
    is_complete: bool = True  # no string of several lines is without an end

    def run(self) -> None:
        """Go through the text once."""
        position = 0
        while begin := _BEGINS.search(self.text, position):
            self.line += self.text.count("\n", position, begin.start())
            end = self._pass(begin)
            if end is None:
                return
            self.line += self.text.count("\n", begin.start(), end)
            position = end

    def _pass(self, begin: re.Match[str]) -> int | None:
        """Note what begins here and return where it ends; None where the text ends first."""
        mark = begin[0]
        if mark in _ENDS:
            return self._pass_string(begin)
        if mark[0] in "%!":
            return self._pass_magic(begin)
        if mark in "([{":
            self.brackets.append((mark, self.line))
        elif mark in _OPENING:
            # A bracket that never closes holds nothing: only pairs count.
            if self.brackets and self.brackets[-1][0] == _OPENING[mark]:
                self._hold(self.brackets.pop()[1], self.line)
        elif mark == "\\\n":
            self.continued.add(self.line + 1)
        else:
            self.brackets.clear()
        return begin.end()

    def _pass_string(self, begin: re.Match[str]) -> int | None:
        if begin[0] == "#":
            self.comments[self.line] = begin.start() - (self.text.rfind("\n", 0, begin.start()) + 1)
        end = _find_end(self.text, begin)
        if end is None:
            self.is_complete = len(begin[0]) == 1
        elif len(begin[0]) > 1 or "\n" in self.text[begin.start() : end - 1]:
            self._hold(self.line, self.line + self.text.count("\n", begin.start(), end))
        return end

    def _pass_magic(self, begin: re.Match[str]) -> int | None:
        if self.brackets:
            return begin.start() + 1  # an operator
        if not _OTHER_LANGUAGE.match(begin[0]):
            return begin.end()
        marker = _NEXT_MARKER.search(self.text, begin.end())
        return marker.start() if marker else None

    def _hold(self, first: int, last: int) -> None:
        """Note that the lines after `first`, up to `last`, begin within a string or a bracket."""
        if last > first:
            self.steps[first + 1] = self.steps.get(first + 1, 0) + 1
            self.steps[last + 1] = self.steps.get(last + 1, 0) - 1


def _find_end(text: str, begin: re.Match[str]) -> int | None:
    """Return where the string or comment ends, which `begin` begins; None where it does not."""
    for piece in _ENDS[begin[0]].finditer(text, begin.end()):
        if not piece[0].startswith("\\"):
            return piece.end()
    return None


class _Layout:
    """The lines of a script on which its statements begin."""

    def __init__(self, scan: _Scan, lines: Sequence[str]) -> None:
        self._lines, self._comments = lines, scan.comments
        self.is_held = [depth > 0 for depth in accumulate(scan.steps.get(index, 0) for index in range(len(lines)))]
        self._starts: list[int] = []
        self._last_code: list[int] = []  # for each line: the last one up to it that is not blank and no comment
        self._opens: dict[int, bool] = {}
        last = -1
        for index, line in enumerate(lines):
            if self.is_held[index] or line.lstrip()[:1] not in {"", "#"}:
                last = index
                if not self.is_held[index] and index not in scan.continued:
                    self._starts.append(index)
            self._last_code.append(last)

    def is_between(self, index: int) -> bool:
        """Tell whether a comment on this line stands between statements of the top level."""
        if self.is_held[index]:
            return False
        place = bisect_left(self._starts, index)
        if place in {0, len(self._starts)}:
            return True
        before, after = self._lines[self._starts[place - 1]], self._lines[self._starts[place]]
        if after[0] in " \t":
            return not (before[0] in " \t" or self._opens_block(self._last_code[index]))
        return not (before.startswith("@") or _GOES_ON.match(after))

    def _opens_block(self, line: int) -> bool:
        if line not in self._opens:
            self._opens[line] = self._lines[line][: self._comments.get(line)].rstrip().endswith(":")
        return self._opens[line]


def keep_between(text: str, lines: Sequence[str], comments: list[int]) -> list[int]:
    """Return those of the lines `comments` that stand between complete statements of the top level.

    All of them where a string of several lines has no end: then nobody can tell.
    """
    scan = _Scan(text)
    scan.run()
    if not scan.is_complete:
        return comments
    layout = _Layout(scan, lines)
    return [index for index in comments if layout.is_between(index)]
