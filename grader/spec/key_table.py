"""A record of the author's files as a table: its keys with types, defaults and meanings, from its JSON Schema."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from grader.course import ExerciseId, Name, PackageName, PartId, Points, Sentence, Title
from grader.judge.rules.custom import Option

Schema = Mapping[str, Any]

# What types are called whose schema says no more than a pattern or a length.
_WORDS: tuple[tuple[Any, str], ...] = (
    (Name, "name"),
    (Sentence, "sentence"),
    (Title, "title"),
    (ExerciseId, "id"),
    (PartId, "part id"),
    (PackageName, "package"),
    (Annotated[str, Field(pattern=r"^[A-Za-z0-9_\[\].-]+$")], "check id"),
    (Option, "number, text, bool or a list of these"),
)
_SCHEMAS = tuple((TypeAdapter(alias).json_schema(), word) for alias, word in _WORDS)
_POINTS = TypeAdapter(Points).json_schema()["anyOf"]
_SIMPLE = {"string": "text", "integer": "whole number", "number": "number", "boolean": "`true` or `false`"}
_SAID_ELSEWHERE = ("title", "description", "default")
_BOUNDS = {"exclusiveMinimum": "above", "minimum": "from", "exclusiveMaximum": "below", "maximum": "up to"}


def render_table(schema: Schema, records: Mapping[str, Schema], names: Mapping[str, str]) -> str:
    """Return a table of the keys of a record.

    Args:
        schema: the record's.
        records: the schemas of the records that it holds, by name.
        names: what the page calls these records.

    Raises:
        ValueError: a key has no description, nor has its type.
    """
    required = schema.get("required", ())
    rows = [["key", "type", "default", "meaning"], ["---"] * 4]
    for key, found in schema["properties"].items():
        default = "required" if key in required else _show_default(found)
        rows.append([f"`{key}`", describe_type(found, names), default, _describe(key, found, records)])
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |\n" for row in rows)


def list_references(schema: Any) -> Iterator[str]:
    """Yield the names of the records that a schema refers to, in order."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield _name_of(schema)
        for key, value in schema.items():
            if key != "$defs":
                yield from list_references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from list_references(value)


def describe_type(schema: Schema, names: Mapping[str, str]) -> str:
    """Return what a schema allows, in words; a record is a link to its heading, which `names` says."""
    bare = {key: value for key, value in schema.items() if key not in _SAID_ELSEWHERE}
    word = next((word for found, word in _SCHEMAS if bare == found), None)
    if word is not None:
        return word
    if "$ref" in schema:
        name = names[_name_of(schema)]
        return f"[{name}](#{anchor(name)})"
    if "anyOf" in schema:
        return _describe_union(schema["anyOf"], names)
    if "const" in schema or "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema.get("enum", [schema.get("const")]))
    match schema["type"]:
        case "array" if "prefixItems" in schema:
            return f"[{', '.join(describe_type(item, names) for item in schema['prefixItems'])}]"
        case "array":
            return f"list of {_plural(describe_type(schema['items'], names))}"
        case "object":
            (value,) = schema.get("patternProperties", {"": schema.get("additionalProperties")}).values()
            return f"by name: {describe_type(value, names)}"
        case _:
            return _describe_scalar(schema)


def anchor(heading: str) -> str:
    """Return the anchor that a heading gets."""
    kept = "".join(char for char in heading.lower() if char.isalnum() or char in " -_")
    return kept.replace(" ", "-")


def _plural(words: str) -> str:
    if words.startswith("list of "):
        return f"lists{words.removeprefix('list')}"
    return " or ".join(f"{word}s" if word.replace(" ", "").isalpha() else word for word in words.split(" or "))


def _describe_union(branches: list[Schema], names: Mapping[str, str]) -> str:
    found = [branch for branch in branches if branch.get("type") != "null"]
    words = ["points"] if all(branch in found for branch in _POINTS) else []
    words += [describe_type(branch, names) for branch in found if not words or branch not in _POINTS]
    return " or ".join(dict.fromkeys(words))


def _describe_scalar(schema: Schema) -> str:
    if schema.get("format") == "date-time":
        return "moment"
    bounds = " and ".join(f"{word} {schema[key]:g}" for key, word in _BOUNDS.items() if key in schema)
    return f"{_SIMPLE[schema['type']]} {bounds}".rstrip()


def _describe(key: str, schema: Schema, records: Mapping[str, Schema]) -> str:
    """Return what a key means: its own description, else the first sentence of the record that it holds."""
    named = [records[name]["description"] for name in list_references(schema)]
    found: list[str] = [schema["description"]] if "description" in schema else named
    if not found:
        raise ValueError(f"{key}: expected a description")
    sentence, _, _ = found[0].partition("\n\n")
    return " ".join(sentence.split())


def _show_default(schema: Schema) -> str:
    if "default" not in schema:  # a factory's, of something empty
        return ""
    default = schema["default"]
    if default is None or default in ("", [], {}) or isinstance(default, dict):
        return ""
    return f"`{default if isinstance(default, str) else json.dumps(default)}`"


def _name_of(schema: Schema) -> str:
    name: str = schema["$ref"].rpartition("/")[2]
    return name
