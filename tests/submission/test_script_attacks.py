"""Scripts that are written to be slow to read: every character is looked at once, whatever they hold."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.submission import script, statements

ROOT = Path(__file__).parents[2]
FILES = sorted([*(ROOT / "grader").rglob("*.py"), *(ROOT / "submissions").rglob("*.py")])
LONG = 1 << 14
ATTACKS = {
    "spaces before what is no token": "x" + " " * LONG + "\x01",
    "escaped quotes outside of strings": "\\'" * LONG,
    "prefixes of strings": "\\rb'" * LONG,
    "quotes without end": "'" * (2 * LONG + 1),
    "escapes in a string without end": '"' + "\\x" * LONG,
    "escapes in a long string without end": '"""' + "\\x" * LONG,
    "sums": "a+" * LONG,
    "brackets": "(" * LONG,
    "a string without end on each line": "'\n" * LONG,
    "comments": "#\n" * LONG,
}


class Meter:
    """A pattern that counts how many characters it has looked at."""

    looked_at = 0

    def __init__(self, pattern: re.Pattern[str]) -> None:
        """Search with `pattern`."""
        self._pattern = pattern

    def search(self, text: str, position: int) -> re.Match[str] | None:
        """Return the next match."""
        found = self._pattern.search(text, position)
        Meter.looked_at += (found.end() if found else len(text)) - position
        return found

    def finditer(self, text: str, position: int) -> Iterator[re.Match[str]]:
        """Yield the next matches."""
        while found := self.search(text, position):
            yield found
            position = found.end()


@pytest.mark.parametrize("attack", ATTACKS)
def test_every_character_is_looked_at_once(monkeypatch: pytest.MonkeyPatch, attack: str) -> None:
    """A file twice as long takes twice the work, not four times."""
    monkeypatch.setattr(Meter, "looked_at", 0)
    monkeypatch.setattr(statements, "_BEGINS", Meter(statements._BEGINS))
    monkeypatch.setattr(statements, "_ENDS", {mark: Meter(pattern) for mark, pattern in statements._ENDS.items()})
    text = f"# %%\nx = 1\n{ATTACKS[attack]}"
    style, cells = script.parse_script("ada.py", text.encode(), 10)
    assert (style, len(cells)) == ("percent", 1)
    assert 0 < Meter.looked_at <= len(text)


def test_header_that_never_ends_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tags are looked for in the beginning of a marker's line, and there is a list without end in each of them."""
    looked_in: list[int] = []
    whole = script._header_tags
    monkeypatch.setattr(script, "_header_tags", lambda header: looked_in.append(len(header)) or whole(header))
    _, cells = script.parse_script("ada.py", ("# %% " + "tags=[" * LONG).encode(), 10)
    assert cells[0].tags == ()
    assert looked_in == [1000]


def find_comments(text: str) -> set[int] | None:
    """Return the lines that begin with a comment; None where a string of several lines has no end."""
    scan = statements._Scan(text)
    scan.run()
    return {line for line, column in scan.comments.items() if column == 0} if scan.is_complete else None


def test_comments_are_those_that_python_finds() -> None:
    """In what people write, the same lines begin with a comment as Python's own tokenizer says."""
    compared = 0
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        try:
            tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
        except (tokenize.TokenError, SyntaxError):
            continue
        comments = {token.start[0] - 1 for token in tokens if token.type == tokenize.COMMENT and token.start[1] == 0}
        assert find_comments(text) == comments, path
        compared += 1
    assert compared > 100


@pytest.mark.parametrize(
    ("text", "comments"),
    [
        ("'a\\\n# %% in a string that goes on\n'\n# %%\n", {3}),
        ("x = 'no end\n# %%\n", {1}),
        ("# it's\n# %%", {0, 1}),
        ("r'\\'\n# %%'\n# %%", {1, 2}),
        ("''''\n# %% in a string'''\n# %%", {2}),
        ('"""\n# %%\n', None),
    ],
)
def test_strings_and_comments_end_where_python_ends_them(text: str, comments: set[int] | None) -> None:
    """Escapes, line ends, quotes in comments and quotes in quotes are read as Python reads them."""
    assert find_comments(text) == comments
