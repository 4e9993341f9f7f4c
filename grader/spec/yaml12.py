"""YAML as its version 1.2 says: `1e-6` is a number, `no` is text, and a key given twice is a mistake.

PyYAML splits the text into events; which plain words are numbers is decided here, by the core schema of YAML 1.2.2
(section 10.3). What an author never needs is refused with its line: anchors and aliases (a page of them unfolds to
gigabytes), tags, merge keys, several documents in a file. Every key and item keeps its line, so that whatever is found
wrong later can be shown where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeAlias

import yaml

from grader.errors import CourseError, Problem
from grader.spec.yaml_words import explain_syntax, find_swallowed_backslash, say_backslash

KeyPath: TypeAlias = tuple[str | int, ...]
Scalar: TypeAlias = str | int | float | bool | None

MAX_DEPTH = 32  # a course nests 9 deep; recursion must end long before Python's own limit
MAX_DIGITS = 400  # a longer integer is a slip, and converting thousands of digits takes quadratic time

_BOOLS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INFINITY = r"[-+]?\.(?:inf|Inf|INF)"
_NUMBERS: tuple[tuple[re.Pattern[str], Callable[[str], int | float]], ...] = (
    (re.compile(r"[-+]?[0-9]+"), int),
    (re.compile(r"0o[0-7]+"), lambda text: int(text, 0)),
    (re.compile(r"0x[0-9a-fA-F]+"), lambda text: int(text, 0)),
    (re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"), float),
    (re.compile(_INFINITY + r"|\.nan|\.NaN|\.NAN"), lambda text: float(text.replace(".", ""))),
)


@dataclass(frozen=True)
class Document:
    """The plain data of one file, and the line (from 1) of every key and item by its path."""

    file: str
    data: Any
    lines: dict[KeyPath, int] = field(repr=False)
    blocks: dict[KeyPath, int] = field(repr=False, default_factory=dict)  # first lines of texts written below a |

    def problem(self, path: KeyPath, message: str) -> Problem:
        """Return a `Problem` at `path`; where it is missing from the file, at the line of what would hold it."""
        known = path
        while known and known not in self.lines:
            known = known[:-1]
        return Problem(self.file, self.lines.get(known, 1), show_path(path), message)

    def text_problem(self, path: KeyPath, line: int, message: str) -> Problem:
        """Return a `Problem` in line `line` (from 0) of the text at `path`; at its key where the text is folded."""
        found = self.problem(path, message)
        return replace(found, line=self.blocks[path] + line) if path in self.blocks else found


def show_path(path: KeyPath) -> str:
    """Return `path` as an author would write it: `parts[0].checks[2].points`; the whole file is `(file)`."""
    shown = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return shown.removeprefix(".") or "(file)"


def parse_scalar(text: str) -> Scalar:
    """Return what the plain (unquoted) scalar `text` means in the core schema of YAML 1.2.

    Raises:
        ValueError: a number that no float or sensible integer can hold.
    """
    if text in {"", "~", "null", "Null", "NULL"}:
        return None
    if text in _BOOLS:
        return _BOOLS[text]
    for pattern, convert in _NUMBERS:
        if pattern.fullmatch(text):
            return _convert_number(text, convert)
    return text


def _convert_number(text: str, convert: Callable[[str], int | float]) -> int | float:
    if len(text) > MAX_DIGITS:
        raise ValueError(f"a number of {len(text)} characters: expected at most {MAX_DIGITS}")
    number = convert(text)
    if isinstance(number, float) and abs(number) == float("inf") and not re.fullmatch(_INFINITY, text):
        raise ValueError(f"{text} is too large for a float")
    return number


def parse_yaml(text: str, file: str) -> Document:
    """Return the one document in `text`; `file` is the name that problems carry.

    Raises:
        CourseError: not YAML, or YAML with something in it that is refused here; carries all that was found.
    """
    builder = _Builder(file, text)
    try:
        data = builder.build_document(_split(text))
    except _TooDeepError as error:
        builder.refuse(error.args[0], (), f"nested more than {MAX_DEPTH} deep")
    except yaml.MarkedYAMLError as error:
        line, words = explain_syntax(error, text)
        builder.refuse(line, (), words)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        builder.refuse(line, (), f"not YAML: {_name_character(error)} is not allowed")
    if builder.problems:
        raise CourseError(builder.problems)
    return Document(file, data, builder.lines, builder.blocks)


def _split(text: str) -> Iterator[yaml.Event]:
    """Return the events of a text: by libyaml, ten times faster; where that finds fault, by Python's parser.

    The two say different things of the same mistake, and the words for authors are made from what the latter says.
    """
    if yaml.__with_libyaml__:
        with suppress(yaml.YAMLError):
            return iter(list(_cut(yaml.parse(text, Loader=yaml.CSafeLoader))))
    return yaml.parse(text, Loader=yaml.SafeLoader)


def _cut(events: Iterator[yaml.Event]) -> Iterator[yaml.Event]:
    """Yield events up to the one that lies too deep, by which building ends.

    Both parsers take quadratic time in the depth: 64,000 opening brackets would cost a quarter of a minute.
    """
    depth = 0
    for event in events:
        yield event
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH + 1:
            return


def _find_line(mark: _Mark | None) -> int:
    return 1 if mark is None else mark.line + 1


def _name_character(error: yaml.reader.ReaderError) -> str:
    code = error.character if isinstance(error.character, int) else ord(error.character)
    return f"the character U+{code:04X}"


class _Mark(Protocol):
    """A place in the text, as PyYAML counts: from 0."""

    line: int


class _TooDeepError(Exception):
    """Nesting beyond `MAX_DEPTH`, at this line; reading cannot go on."""


class _Builder:
    """Builds plain data from PyYAML's events. Collects problems, so that one run shows all of a file's."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self.lines: dict[KeyPath, int] = {}
        self.blocks: dict[KeyPath, int] = {}
        self.problems: list[Problem] = []

    def refuse(self, line: int, path: KeyPath, message: str) -> None:
        self.problems.append(Problem(self.file, line, show_path(path), message))

    def build_document(self, events: Iterator[yaml.Event]) -> Any:
        data: Any = None
        documents = 0
        for event in events:
            if not isinstance(event, yaml.DocumentStartEvent):
                continue
            documents += 1
            if documents > 1:
                self.refuse(_find_line(event.start_mark), (), "a second document (---): expected one in a file")
                break
            first = next(events)
            self.lines[()] = _find_line(first.start_mark)
            data = self._build(first, events, ())
        if not documents:
            self.refuse(1, (), "the file is empty")
        return data

    def _build(self, event: yaml.Event, events: Iterator[yaml.Event], path: KeyPath) -> Any:
        if len(path) > MAX_DEPTH:
            raise _TooDeepError(_find_line(event.start_mark))
        self._refuse_extras(event, path)
        if isinstance(event, yaml.ScalarEvent):
            return self._build_scalar(event, path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._build_sequence(events, path)
        if isinstance(event, yaml.MappingStartEvent):
            return self._build_mapping(events, path)
        return None  # an alias, refused above

    def _refuse_extras(self, event: yaml.Event, path: KeyPath) -> None:
        line = _find_line(event.start_mark)
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if isinstance(event, yaml.AliasEvent):
            message = f"the alias *{anchor}: expected the value itself, written out, or a text in quotes"
            self.refuse(line, path, message)
        elif anchor is not None:
            self.refuse(line, path, f"the anchor &{anchor}: expected no anchors or aliases")
        if tag is not None:
            self.refuse(line, path, f"the tag {tag}: expected a value without a tag")

    def _build_scalar(self, event: yaml.ScalarEvent, path: KeyPath) -> Scalar:
        if any("\ud800" <= character <= "\udfff" for character in event.value):
            self.refuse(_find_line(event.start_mark), path, "half of a surrogate pair: expected the character itself")
            return None
        if event.style:
            self._look_at_text(event, path)
            return event.value
        try:
            return parse_scalar(event.value)
        except ValueError as error:
            self.refuse(_find_line(event.start_mark), path, str(error))
            return None

    def _look_at_text(self, event: yaml.ScalarEvent, path: KeyPath) -> None:
        """Note where the text below a | begins; refuse what double quotes silently make of LaTeX."""
        if event.style == "|":
            self.blocks[path] = _find_line(event.start_mark) + 1
        if event.style == '"' and event.start_mark is not None and event.end_mark is not None:
            source = self.text[event.start_mark.index : event.end_mark.index]
            word = find_swallowed_backslash(source)
            if word is not None:
                line = _find_line(event.start_mark) + source.count("\n", 0, source.index(word))
                self.refuse(line, path, say_backslash(word))

    def _build_sequence(self, events: Iterator[yaml.Event], path: KeyPath) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            here = (*path, len(items))
            self.lines[here] = _find_line(event.start_mark)
            items.append(self._build(event, events, here))
        return items

    def _build_mapping(self, events: Iterator[yaml.Event], path: KeyPath) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = self._build_key(event, events, path)
            here = path if key is None else (*path, key)
            line = _find_line(event.start_mark)
            if key in mapping:
                self.refuse(line, here, f"expected this key once, got it in line {self.lines[here]} too")
            self.lines.setdefault(here, line)
            value = self._build(next(events), events, here)
            if key is not None:
                mapping.setdefault(key, value)
        return mapping

    def _build_key(self, event: yaml.Event, events: Iterator[yaml.Event], path: KeyPath) -> str | None:
        key = self._build(event, events, (*path, "(key)"))
        if isinstance(key, str):
            return key
        if not isinstance(event, yaml.AliasEvent):
            shown = f"the key {event.value!r}" if isinstance(event, yaml.ScalarEvent) else "a list or mapping as key"
            self.refuse(_find_line(event.start_mark), path, f"{shown}: expected text, in quotes if need be")
        return None
