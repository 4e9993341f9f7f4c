"""What PyYAML cannot read, in words for an author: what was expected, what is there, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Callable

import yaml

QUOTE = "put the text in single quotes, or below the key after >-"
_LATEX = "write LaTeX in single quotes or below the key after |, where a backslash is a backslash"

# In double quotes these are characters of their own (\tau is a tab and "au"), without a word from YAML.
_ESCAPED_WORD = re.compile(r"\\([abefrtvLNP0_][A-Za-z]+|n(?:u|abla|eq?|ot(?:in)?|earrow|mid)\b)")
_SHOWN = 40  # characters of a line in a message
_STARTS = {
    "`": "a backquote",
    "@": "an @",
    "%": "a %",
    "*": "a *, which would be an alias",
    "&": "an &, which would be an anchor",
}


def explain_syntax(error: yaml.MarkedYAMLError, text: str) -> tuple[int, str]:
    """Return the line (from 1) of a syntax error and what is wrong there, without PyYAML's own terms."""
    lines = text.splitlines() or [""]
    problem, context = error.problem or "", error.context or ""
    for pattern, explain in _WORDS:
        if re.search(pattern, problem if pattern.startswith("^") else f"{context}; {problem}"):
            line, words = explain(error, lines)
            return line, f"not YAML: {words}"
    words = ", ".join(part for part in (context, problem) if part)
    return _problem_line(error), f"not YAML: {words}"


def find_swallowed_backslash(source: str) -> str | None:
    """Return the first word that double quotes turn into another character, such as a backslash with tau."""
    found = _ESCAPED_WORD.search(source.replace("\\\\", "  "))
    return found[0] if found else None


def say_backslash(word: str) -> str:
    """Return what is wrong with a backslash in double quotes."""
    return f"a backslash in double quotes: {_LATEX}, got {word}"


def _problem_line(error: yaml.MarkedYAMLError) -> int:
    mark = error.problem_mark or error.context_mark
    return 1 if mark is None else int(mark.line) + 1


def _opening_line(error: yaml.MarkedYAMLError) -> int:
    return _problem_line(error) if error.context_mark is None else int(error.context_mark.line) + 1


def _show(lines: list[str], line: int) -> str:
    text = lines[line - 1].strip() if line <= len(lines) else ""
    return repr(text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…") if text else "the end of the file"


def _second_colon(error: yaml.MarkedYAMLError, lines: list[str]) -> tuple[int, str]:
    line = _problem_line(error)
    before = lines[line - 1][: error.problem_mark.column if error.problem_mark else 0] if line <= len(lines) else ""
    if re.search(r":(\s|$)", before):
        return line, f"expected one key with its value, got a second colon in {_show(lines, line)}: {QUOTE}"
    above = lines[line - 2] if line > 1 else ""
    if re.match(r"\s*(- )?[\w-]+:[^\s:]", above):
        return line - 1, f"expected a space after the colon, got {_show(lines, line - 1)}"
    return line, (
        f"wrong indentation: expected a key at the column of the keys around it, got {_show(lines, line)}"
        " inside the value that begins above"
    )


def _bad_start(error: yaml.MarkedYAMLError, lines: list[str]) -> tuple[int, str]:
    line = _problem_line(error)
    mark = error.problem_mark
    start = lines[line - 1][mark.column : mark.column + 1] if mark and line <= len(lines) else ""
    if start == "\t":
        return line, "expected spaces, got a tab: indent with spaces alone"
    what = _STARTS.get(start, f"the character {start!r}")
    return line, f"expected a value, got one that begins with {what}: put it in quotes"


def _escape(error: yaml.MarkedYAMLError, lines: list[str]) -> tuple[int, str]:
    line = _problem_line(error)
    mark = error.problem_mark
    rest = lines[line - 1][max(0, mark.column - 1) :] if mark and line <= len(lines) else ""
    word = re.search(r"\\[A-Za-z]+|\\.", rest) or re.search(r"\\[A-Za-z]+", lines[line - 1])
    return line, say_backslash(word[0] if word else "a \\")


def _open_quote(error: yaml.MarkedYAMLError, lines: list[str]) -> tuple[int, str]:
    line = _opening_line(error)
    return line, f"expected a closing quote, got none: the quote that opens in {_show(lines, line)} is never closed"


def _open_bracket(error: yaml.MarkedYAMLError, lines: list[str]) -> tuple[int, str]:
    mark, line, end = error.context_mark, _opening_line(error), _problem_line(error)
    bracket = lines[line - 1][mark.column : mark.column + 1] if mark and line <= len(lines) else ""
    closing = {"[": "]", "{": "}"}.get(bracket, "a closing bracket")
    opens = f" after the {bracket} that opens here" if bracket else ""
    if line <= len(lines) and lines[line - 1].count('"') % 2:
        return line, f"expected a closing quote in this line, got none, in {_show(lines, line)}"
    at = error.problem_mark.column if error.problem_mark else 0
    got = lines[end - 1][at : at + _SHOWN].strip() if end <= len(lines) else ""
    shown = f"{got!r} in line {end}" if got else "the end of the line or file"
    return line, f"expected a comma or {closing}{opens}, got {shown}"


_A = {"item": "a list item", "key": "a key"}


def _indentation(error: yaml.MarkedYAMLError, lines: list[str]) -> tuple[int, str]:
    line = _problem_line(error)
    here = lines[line - 1] if line <= len(lines) else ""
    if re.match(r"\s*-[^\s-]", here):
        return line, f"expected a space after the dash, got {_show(lines, line)}"
    if error.context_mark is None or error.problem_mark is None:
        return line, f"wrong indentation, got {_show(lines, line)}"
    column, got = error.context_mark.column + 1, error.problem_mark.column + 1
    what = "item" if "collection" in (error.context or "") else "key"
    first = error.context_mark.line + 1
    if got == column:
        return line, f"expected {_A[what]} as in line {first}, got {_show(lines, line)}"
    return line, (
        f"wrong indentation: expected the next {what} in column {column}, as in line {first}, or a line further left,"
        f" got {_show(lines, line)} in column {got}"
    )


def _after_quotes(error: yaml.MarkedYAMLError, lines: list[str]) -> tuple[int, str]:
    line = _problem_line(error)
    return line, (
        f"expected a new line after a value in quotes, got more text in {_show(lines, line)}:"
        " close the quote that opens above, and use the other kind of quotes inside"
    )


def _no_colon(error: yaml.MarkedYAMLError, lines: list[str]) -> tuple[int, str]:
    line = _opening_line(error)
    here = lines[line - 1] if line <= len(lines) else ""
    if re.match(r"\s*-[^\s-]", here):
        return line, f"expected a space after the dash, got {_show(lines, line)}"
    if re.search(r"\w:\S", here):
        return line, f"expected a space after the colon, got {_show(lines, line)}"
    return line, f"expected a key, a colon and a space, got {_show(lines, line)}"


def _alias(error: yaml.MarkedYAMLError, lines: list[str]) -> tuple[int, str]:
    kind = "*, which would be an alias" if "alias" in (error.context or "") else "&, which would be an anchor"
    line = _opening_line(error)
    return line, f"expected a value, got one that begins with a {kind}, in {_show(lines, line)}: put it in quotes"


def _block(error: yaml.MarkedYAMLError, lines: list[str]) -> tuple[int, str]:
    line = _problem_line(error)
    return line, f"expected a new line after | or >, got text behind it in {_show(lines, line)}: put it in quotes"


def _bare_bracket(error: yaml.MarkedYAMLError, lines: list[str]) -> tuple[int, str]:
    line = _problem_line(error)
    return line, f"expected a value, got a bracket that nothing opens or a bare sign, in {_show(lines, line)}"


def _list_in_line(error: yaml.MarkedYAMLError, lines: list[str]) -> tuple[int, str]:
    line = _problem_line(error)
    return line, f"expected the items of a list on lines of their own, got {_show(lines, line)}"


def _directive(error: yaml.MarkedYAMLError, lines: list[str]) -> tuple[int, str]:
    line = _opening_line(error)
    return line, f"expected a key, got a line that begins with %: {_show(lines, line)}"


_Explain = Callable[[yaml.MarkedYAMLError, list[str]], tuple[int, str]]
_WORDS: tuple[tuple[str, _Explain], ...] = (
    (r"^mapping values are not allowed", _second_colon),
    (r"^found character", _bad_start),
    (r"^found a tab character|that violates indentation", _bad_start),
    (r"^found unknown escape character|^expected escape sequence of", _escape),
    (r"quoted scalar; found unexpected (end of stream|document separator)", _open_quote),
    (r"flow (sequence|mapping|node)", _open_bracket),
    (r"^expected <block end>, but found '<scalar>'", _after_quotes),
    (r"^expected <block end>", _indentation),
    (r"simple key; could not find expected ':'", _no_colon),
    (r"scanning an (alias|anchor)", _alias),
    (r"scanning a block scalar", _block),
    (r"block node; expected the node content", _bare_bracket),
    (r"^sequence entries are not allowed", _list_in_line),
    (r"directive|^expected '<document start>'", _directive),
)
