"""What pydantic found wrong, in words for an author, at the key where it stands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from grader.errors import Problem
from grader.spec.keys import list_keys, list_misspelt, suggest
from grader.spec.yaml12 import Document, KeyPath

_SHOWN = 60  # characters of a value in a message

_EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "keys with values",
    "model_type": "keys with values",
    "literal_error": "{expected}",
    "string_pattern_mismatch": "text that matches {pattern}",
    "string_too_short": "at least {min_length} characters",
    "string_too_long": "at most {max_length} characters",
    "too_short": "at least {min_length} in the list",
    "timezone_aware": "a time zone, as in 2026-11-02T23:59:00+01:00",
    "datetime_from_date_parsing": "a moment such as 2026-11-02T23:59:00+01:00",
    "datetime_parsing": "a moment such as 2026-11-02T23:59:00+01:00",
    "datetime_type": "a moment such as 2026-11-02T23:59:00+01:00",
    "greater_than": "more than {gt}",
    "greater_than_equal": "at least {ge}",
    "union_tag_invalid": "one of {expected_tags}",
}

_PATTERNS = {
    r"^[0-9a-f]{64}$": "the 64 characters that the feedback names your submission by",
    r"^[1-9][0-9]{0,3} days? after feedback$": "a number of days, as in `7 days after feedback`",
    r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$": "the name of a package alone, such as scipy, without a version",
    r"^[A-Za-z_][A-Za-z0-9_]*$": "a name of Python: letters, digits and _, no digit first",
    r"^[a-z0-9][a-z0-9-]*$": "small letters, digits and hyphens, no hyphen first",
    r"^[A-Za-z0-9][A-Za-z0-9_-]*$": "letters, digits, _ and hyphens, a letter or digit first",
    r"^[A-Za-z0-9_\[\].-]+$": "letters, digits, and _ [ ] . -",
}

# pydantic names the branches of a union in its locations; an author sees what each branch takes.
_BRANCHES = {
    "float": "a number",
    "int": "a whole number",
    "str": "text",
    "tuple[float, ...]": "a list of numbers",
    "tuple[tuple[float, ...], ...]": "a table (a list of lists of numbers)",
}


def describe_value(value: object) -> str:
    """Return `value` as YAML shows it, shortened, with the name of its type."""
    match value:
        case None:
            return "null"
        case bool():
            return f"{json.dumps(value)} (bool)"
        case int() | float():
            return f"{value!r} (number)"
        case str():
            return f"{_shorten(repr(value))} (text)"
        case list():
            return f"{_shorten(json.dumps(value, ensure_ascii=False))} (list)"
        case _:
            return f"{_shorten(json.dumps(value, ensure_ascii=False))} (mapping)"


def _shorten(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def explain_errors(error: ValidationError, document: Document, record: type[BaseModel]) -> list[Problem]:
    """Return what pydantic found in `document`, which was to be a `record`, one `Problem` a place, in plain words."""
    problems: list[Problem] = []
    branches: dict[KeyPath, list[str]] = {}
    found = [(details, *locate_error(details, document.data)) for details in error.errors(include_url=False)]
    meant = _list_meant((path, details["type"]) for details, path, _ in found)
    for details, path, branch in found:
        if path in meant:
            continue
        if branch is not None:
            branches.setdefault(path, []).append(_BRANCHES.get(branch, branch))
        elif details["type"] == "extra_forbidden":
            problems.append(document.problem(path, _explain_unknown(path, document, record)))
        elif not _is_echo(details):
            problems.append(document.problem(path, _explain(details)))
    for path, expected in branches.items():
        choices = " or ".join(dict.fromkeys(expected))
        problems.append(document.problem(path, f"{describe_value(_get(document.data, path))}: expected {choices}"))
    return problems


def _list_meant(found: Iterable[tuple[KeyPath, str]]) -> set[KeyPath]:
    """Return the paths of missing keys that an unknown key beside them was meant to be."""
    beside: dict[KeyPath, tuple[list[str], list[str]]] = {}
    for path, kind in found:
        if kind in {"missing", "extra_forbidden"} and path:
            beside.setdefault(path[:-1], ([], []))[kind == "missing"].append(str(path[-1]))
    return {
        (*path, one)
        for path, (unknown, missing) in beside.items()
        for one in list_misspelt(unknown, (), missing).values()
    }


def locate_error(details: ErrorDetails, data: Any) -> tuple[KeyPath, str | None]:
    """Return the key path that an error stands at, and the branch of a union that it speaks of.

    A location of pydantic's is a key path with the names of union branches and discriminator tags mixed in.
    """
    path: list[str | int] = []
    here = data
    is_tag_due = False  # the tag follows the index of a check, once
    for step in details["loc"]:
        is_key = isinstance(here, Mapping) and step in here
        if is_tag_due and isinstance(here, Mapping) and here.get("rule") == step:
            is_tag_due = False
        elif is_key or (isinstance(here, list) and isinstance(step, int)):
            here = here[step]
            path.append(step)
            is_tag_due = isinstance(step, int)
        elif details["type"] == "missing":
            path.append(step)
        elif step != "[key]":
            return tuple(path), str(step)
    if details["type"].startswith("union_tag_"):
        path.append("rule")
    return tuple(path), None


def _get(data: Any, path: KeyPath) -> Any:
    for step in path:
        data = data[step]
    return data


def _is_echo(details: ErrorDetails) -> bool:
    """Return whether a list is called too short only because an item of it is wrong, which has its own error."""
    return details["type"] == "too_short" and len(details["input"]) >= details["ctx"]["min_length"]


def _explain(details: ErrorDetails) -> str:
    context = details.get("ctx", {})
    match details["type"]:
        case "missing" | "union_tag_not_found":
            return "missing key"
        case "value_error":
            return str(context["error"])
        case "union_tag_invalid":
            value = context["tag"]
        case _:
            value = details["input"]
    if details["type"] in {"literal_error", "union_tag_invalid"}:
        return f"{describe_value(value)}: {_explain_word(value, context)}"
    if details["type"] == "string_pattern_mismatch" and context["pattern"] in _PATTERNS:
        return f"{describe_value(value)}: expected {_PATTERNS[context['pattern']]}"
    expected = _EXPECTED.get(details["type"])
    wanted = expected.format_map(context) if expected is not None else details["msg"]
    return f"{describe_value(value)}: expected {wanted}"


def _explain_word(value: object, context: Mapping[str, Any]) -> str:
    """Return which of a few words were expected, and which of them was probably meant."""
    expected = str(context.get("expected_tags") or context.get("expected"))
    meant = suggest(value, re.findall(r"'([^']*)'", expected)) if isinstance(value, str) else ""
    words = f"expected {'one of ' if 'expected_tags' in context else ''}{expected}"
    return f"{words}; {meant}" if meant.startswith("did") else words


def _explain_unknown(path: KeyPath, document: Document, record: type[BaseModel]) -> str:
    key = str(path[-1])
    if key.startswith("-"):
        return "unknown key: expected a space after the dash"
    if ":" in key:
        return "unknown key: expected a space after the colon"
    known = set(list_keys(record, path[:-1], document.data)) - set(_get(document.data, path[:-1]))
    return f"unknown key: {suggest(key, known)}" if known else "unknown key"
