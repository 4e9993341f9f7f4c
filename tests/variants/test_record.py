"""`variants.json`, written and read back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from grader.course import Draw
from grader.errors import UsageError
from grader.variants import read_variants, render_variants

ADA = Draw(
    student="ada", exercise="8", draw=2, mark="a" * 24, values={"x": 1.5, "s": "word", "m": ((1.0, 2.0), (3.0, 4.0))}
)
BOB = Draw(student="bob", exercise="1", draw=0, mark="b" * 24, values={"p": (0.1, 0.9)})


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    """In the order of students, a line for each, so that a difference shows whom it is about."""
    path = tmp_path / "variants.json"
    text = render_variants("c", [BOB, ADA])
    path.write_text(text, encoding="utf-8")
    assert read_variants(path, "c") == (ADA, BOB)
    assert text.splitlines()[1].startswith(' {"student": "ada"')
    assert render_variants("c", ()) == '{"schema": "grader/variants/v1", "course": "c", "draws": [\n\n]}\n'


def _spoil(**changes: Any) -> dict[str, Any]:
    data = json.loads(render_variants("c", [ADA, BOB]))
    return {**data, **changes}


TWICE = [ADA.model_dump(mode="json"), {**ADA.model_dump(mode="json"), "mark": "c" * 24}]
SAME_MARK = [ADA.model_dump(mode="json"), {**BOB.model_dump(mode="json"), "mark": "a" * 24}]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"not JSON", "the whole file: Invalid JSON"),
        (b"[]", "is no variants.json"),
        (_spoil(schema="grader/variants/v2"), "schema"),
        (_spoil(key="x"), "key: Extra inputs"),
        (_spoil(course="d"), "expected the data of the course c, got those of d"),
        (_spoil(draws=[{"student": "ada"}]), "draws.0"),
        (_spoil(draws=[{**TWICE[0], "mark": "A mark"}]), "draws.0.mark"),
        (_spoil(draws=TWICE), "expected ('ada', '8') once"),
        (_spoil(draws=SAME_MARK), f"expected {'a' * 24} once"),
    ],
)
def test_what_is_no_such_file_is_refused(tmp_path: Path, content: object, why: str) -> None:
    """Says where and why; nobody is judged by half a file."""
    path = tmp_path / "variants.json"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    with pytest.raises(UsageError) as caught:
        read_variants(path, "c")
    assert why in str(caught.value)


def test_link_is_not_followed(tmp_path: Path) -> None:
    """It may lead to what a student wrote."""
    (tmp_path / "real.json").write_text(render_variants("c", [ADA]), encoding="utf-8")
    (tmp_path / "variants.json").symlink_to("real.json")
    with pytest.raises(UsageError, match="symbolic link"):
        read_variants(tmp_path / "variants.json", "c")
