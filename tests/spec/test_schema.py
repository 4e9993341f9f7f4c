"""The JSON Schemas that editors use."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from grader.spec.schema import SCHEMA_FOLDER, render_schemas, write_schemas
from grader.spec.yaml12 import parse_yaml

SMALL = Path(__file__).parent / "small"
FILES = {
    "course.json": "course.yaml",
    "exercise.json": "exercises/ex1.yaml",
    "release.json": "../release.yaml",
    "rubric.json": "rubrics/1b.yaml",
}


def test_the_committed_schemas_are_current() -> None:
    """`python -m grader.spec.schema` was run after the last change of the records."""
    assert {path.name: path.read_text("utf-8") for path in SCHEMA_FOLDER.iterdir()} == render_schemas()


def test_schemas_are_written_where_asked(tmp_path: Path) -> None:
    """Missing folders are made, and every schema is written."""
    paths = write_schemas(tmp_path / "a" / "b")
    assert {path.name: path.read_text("utf-8") for path in paths} == render_schemas()


@pytest.mark.parametrize("schema", FILES)
def test_a_schema_takes_a_good_file_and_no_unknown_key(schema: str) -> None:
    """The schemas agree with the records about `schema`, exact points and unknown keys."""
    validator = jsonschema.Draft202012Validator(json.loads(render_schemas()[schema]))
    data = parse_yaml((SMALL / FILES[schema]).read_text("utf-8"), schema).data
    validator.validate(data)
    assert not validator.is_valid(data | {"unknown": 1})
    assert not validator.is_valid({key: value for key, value in data.items() if key != "schema"})
