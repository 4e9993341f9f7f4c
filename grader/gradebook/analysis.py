"""Every check of every attempt, one row each, for programs that analyse them: JSON lines and Parquet."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from grader.errors import UsageError
from grader.gradebook.column_types import storable
from grader.report.points import json_points

_AT_ONCE = 10_000  # rows in memory

# Name → what is in it. One table, so that the two formats cannot differ.
COLUMNS = {
    "student": "text", "current": "bool", "attempt": "int", "entry": "text", "received_at": "moment",
    "submission_sha256": "text", "evidence_sha256": "text", "course_sha256": "text", "grader": "text",
    "part": "text", "check": "text", "kind": "text", "answer": "text", "outcome": "text", "code": "text",
    "mistake": "text", "follow_through": "bool", "score": "number", "score_exact": "text", "max": "number",
    "max_exact": "text",
}  # fmt: skip


def build_rows(checks: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the gradebook's checks with the columns above; points as a decimal and exactly."""
    direct = [name for name in COLUMNS if name not in {"current", "attempt", "check", "score_exact", "max_exact"}]
    for check in checks:
        yield {name: check[name] for name in direct} | {
            "current": check["is_current"],
            "attempt": check["attempt_id"],
            "check": check["check_id"],
            "score": json_points(check["score"]),
            "score_exact": str(check["score"]),
            "max": json_points(check["max"]),
            "max_exact": str(check["max"]),
        }


def render_line(row: Mapping[str, Any]) -> str:
    """Return a row as one line of JSON, columns in their order."""
    shown = {name: row[name] for name in COLUMNS} | {"received_at": row["received_at"].isoformat()}
    return json.dumps(shown, ensure_ascii=True, allow_nan=False) + "\n"


def write_parquet(rows: Iterable[Mapping[str, Any]], path: Path) -> None:
    """Write rows as Parquet, a block at a time.

    Raises:
        UsageError: pyarrow is not installed, or the file cannot be written.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra that nothing else needs
        from pyarrow import parquet  # noqa: PLC0415 - the same
    except ModuleNotFoundError as error:
        raise UsageError("Parquet needs pyarrow: pip install 'numgrade[parquet]'") from error
    types = {
        "text": pa.string(), "bool": pa.bool_(), "int": pa.int64(), "number": pa.float64(),
        "moment": pa.timestamp("us", tz="UTC"),
    }  # fmt: skip
    schema = pa.schema([(name, types[kind]) for name, kind in COLUMNS.items()])
    source = iter(rows)
    with parquet.ParquetWriter(path, schema) as writer:
        while block := [dict(row) for row in islice(source, _AT_ONCE)]:
            columns = {name: [_clean(row[name], kind) for row in block] for name, kind in COLUMNS.items()}
            writer.write_table(pa.table(columns, schema=schema))


def write_lines(rows: Iterable[Mapping[str, Any]], path: Path) -> None:
    """Write rows as JSON lines, one at a time."""
    with path.open("w", encoding="ascii", newline="\n") as file:
        file.writelines(map(render_line, rows))


def _clean(value: Any, kind: str) -> Any:
    if kind == "text" and value is not None:
        return storable(value)
    return float(value) if kind == "number" else value
