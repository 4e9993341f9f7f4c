"""What pydantic found wrong, in words for an author, at the key where it stands."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from grader.errors import Problem
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
    "too_short": "at least {min_length} in the list",
    "greater_than": "more than {gt}",
    "greater_than_equal": "at least {ge}",
    "union_tag_invalid": "one of {expected_tags}",
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


def explain_errors(error: ValidationError, document: Document) -> list[Problem]:
    """Return what pydantic found in `document`, one `Problem` a place, in plain words."""
    problems: list[Problem] = []
    branches: dict[KeyPath, list[str]] = {}
    for details in error.errors(include_url=False):
        path, branch = locate_error(details, document.data)
        if branch is not None:
            branches.setdefault(path, []).append(_BRANCHES.get(branch, branch))
        elif not _is_echo(details):
            problems.append(document.problem(path, _explain(details)))
    for path, expected in branches.items():
        choices = " or ".join(dict.fromkeys(expected))
        problems.append(document.problem(path, f"{describe_value(_get(document.data, path))}: expected {choices}"))
    return problems


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
        case "extra_forbidden":
            return "unknown key"
        case "value_error":
            return str(context["error"])
        case "union_tag_invalid":
            value = context["tag"]
        case _:
            value = details["input"]
    expected = _EXPECTED.get(details["type"])
    wanted = expected.format_map(context) if expected is not None else details["msg"]
    return f"{describe_value(value)}: expected {wanted}"
