"""JSON Schemas of the author's files, from the records themselves: editors complete and underline while one writes.

`python -m grader.spec.schema [FOLDER]` writes them, by default into `docs/schemas` of the checkout.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from grader.course import CourseFile, ReleaseFile, Rubric
from grader.model import Frozen
from grader.spec.files import ExerciseFile

SCHEMA_FOLDER = Path(__file__).resolve().parents[2] / "docs" / "schemas"

_RECORDS: dict[str, type[Frozen]] = {
    "course.json": CourseFile,
    "exercise.json": ExerciseFile,
    "rubric.json": Rubric,
    "release.json": ReleaseFile,
}


def render_schemas() -> dict[str, str]:
    """Return the text of each JSON Schema (draft 2020-12) by its file name."""
    return {name: _render(record) for name, record in _RECORDS.items()}


def _render(record: type[Frozen]) -> str:
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **record.model_json_schema(by_alias=True)}
    return json.dumps(schema, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def write_schemas(folder: Path = SCHEMA_FOLDER) -> list[Path]:
    """Write the schemas into `folder` and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, text in render_schemas().items():
        path = folder / name
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return paths


if __name__ == "__main__":
    write_schemas(*(Path(argument) for argument in sys.argv[1:2]))
