"""Which keys an author may write at a place of a file, asked of the records: what an unknown key may have meant."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from grader.errors import list_some
from grader.spec.yaml12 import KeyPath

_CLOSE = 0.6  # how alike two words must be for the one to be meant by the other
_LISTED = 12  # names in a message


def suggest(word: str, known: Collection[str]) -> str:
    """Return the known word that was probably meant, as a question; where none is alike, what there is."""
    meant = find_meant(word, known)
    if meant is not None:
        return f"did you mean {meant}?"
    listed = sorted(known)
    return f"expected one of {list_some(listed, _LISTED)}" if listed else "there is none"


def find_meant(word: str, known: Collection[str]) -> str | None:
    """Return the known word that was probably meant; None where none is alike."""
    by_case = {one.casefold(): one for one in known}
    close = difflib.get_close_matches(word.casefold(), by_case, n=1, cutoff=_CLOSE)
    return by_case[close[0]] if close else None


def list_misspelt(words: Iterable[str], known: Collection[str], missed: Collection[str]) -> dict[str, str]:
    """Return the words that are not known, each with the missed one that was probably meant.

    A misspelt name is told once, where it is misspelt: that what was meant is missed elsewhere only follows from it.
    """
    meant = {word: find_meant(word, missed) for word in words if word not in known}
    return {word: one for word, one in meant.items() if one is not None}


def list_keys(record: type[BaseModel], path: KeyPath, data: Any) -> tuple[str, ...]:
    """Return the keys that the mapping at `path` may have; `data` is the whole file."""
    types: list[Any] = [record]
    here: Any = data
    for step in path:
        types = [inner for one in types for inner in _step(one, step, here)]
        here = here[step]
    keys: dict[str, None] = {}
    for one in types:
        for model in _expand(one):
            if isinstance(model, type) and issubclass(model, BaseModel) and _fits(model, here):
                keys.update(dict.fromkeys(_name(*field) for field in model.model_fields.items()))
    return tuple(keys)


def _name(name: str, field: FieldInfo) -> str:
    return field.alias or name


def _step(annotation: Any, step: str | int, data: Any) -> Iterator[Any]:
    for one in _expand(annotation):
        if isinstance(step, int):
            yield from (inner for inner in get_args(one) if inner is not Ellipsis)
        elif isinstance(one, type) and issubclass(one, BaseModel) and _fits(one, data):
            yield from (
                field.annotation for item in one.model_fields.items() if _name(*item) == step for field in item[1:]
            )
        elif get_origin(one) is dict:
            yield get_args(one)[1]


def _expand(annotation: Any) -> Iterator[Any]:
    """Yield the alternatives of a union, without what is only said about them."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _expand(get_args(annotation)[0])
    elif origin is Union or isinstance(annotation, _UNION):
        for one in get_args(annotation):
            yield from _expand(one)
    else:
        yield annotation


_UNION = type(int | str)


def _fits(model: type[BaseModel], data: Any) -> bool:
    """Return whether a record is the one that the key `rule` chooses, where there is such a key."""
    field = model.model_fields.get("rule")
    if field is None or not isinstance(data, Mapping) or get_origin(field.annotation) is not Literal:
        return True
    return data.get("rule") in get_args(field.annotation)
