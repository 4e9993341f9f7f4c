"""Values and calls as messages show them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from numgrade_student.course import Answer

_ITEMS, _CHARS = 8, 300


def clean(text: str, limit: int = 300) -> str:
    """Return text on one line, without control characters, at most so long."""
    shown = "".join(" " if unicodedata.category(one) in {"Cc", "Cf", "Cs", "Zl", "Zp"} else one for one in text[:4000])
    shown = " ".join(shown.split())
    return shown if len(shown) <= limit else f"{shown[: limit - 3]}..."


def show_choices(choices: Sequence[str]) -> str:
    """Return the words to choose from."""
    return ", ".join(map(repr, choices))


def show_index(flat: int, shape: tuple[int, ...]) -> str:
    """Return the place of the entry number `flat`, row by row, as it stands in brackets."""
    return ", ".join(str(int(index)) for index in np.unravel_index(flat, shape))


def show_argument(value: Any) -> str:
    """Return an argument as a student would write it, shortened where it is long."""
    return clean(_show(value), _CHARS)


def _show(value: Any) -> str:
    match value:
        case bool() | None | int():
            return str(value)
        case float() | np.floating():
            return f"{float(value):.9g}"
        case str():
            return value if value.startswith("lambda") else repr(value)
        case np.ndarray():
            return _show(value.tolist())
        case tuple() | list():
            return f"[{_join(map(_show, value))}]"
        case dict():
            return f"{{{_join(f'{key!r}: {_show(item)}' for key, item in value.items())}}}"
        case _:
            return str(value)


def _join(items: Iterable[str]) -> str:
    shown = list(items)
    tail = [f"... {len(shown)} in all"] if len(shown) > _ITEMS else []
    return ", ".join(shown[:_ITEMS] + tail)


def show_call(answer: Answer, args: Sequence[Any]) -> str:
    """Return a call with the names of its parameters: `ex1_kl(p = [0.6, 0.4], q = [0.3, 0.7])`."""
    return f"{answer.name}({show_inputs(answer, args)})"


def show_inputs(answer: Answer, args: Sequence[Any]) -> str:
    """Return the inputs of a call with the names of its parameters."""
    names = [parameter.name for parameter in answer.parameters]
    if len(names) != len(args):
        return ", ".join(map(show_argument, args))
    return ", ".join(f"{name} = {show_argument(value)}" for name, value in zip(names, args, strict=True))


def join_names(names: Sequence[str]) -> str:
    """Return names in a row, the last one after "and"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
