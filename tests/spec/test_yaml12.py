"""YAML 1.2 and nothing more: the core schema, kept lines, and what is refused."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from grader.errors import CourseError
from grader.spec.yaml12 import MAX_DEPTH, parse_scalar, parse_yaml, show_path


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-6", 1e-6),
        ("1E+3", 1000.0),
        (".5", 0.5),
        ("-1.", -1.0),
        ("5e-4", 5e-4),
        ("010", 10),
        ("+12", 12),
        ("0o17", 15),
        ("0xFF", 255),
        ("true", True),
        ("FALSE", False),
        ("~", None),
        ("", None),
        ("Null", None),
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("Off", "Off"),
        ("y", "y"),
        ("tRUE", "tRUE"),
        ("2024-01-31", "2024-01-31"),
        ("2024-01-31 10:00:00", "2024-01-31 10:00:00"),
        ("1:30", "1:30"),
        ("1_000", "1_000"),
        ("0b11", "0b11"),
        ("-0x1", "-0x1"),
        ("<<", "<<"),
        ("=", "="),
        ("1e", "1e"),
        ("inf", "inf"),
        ("1a", "1a"),
    ],
)
def test_a_plain_scalar_means_what_the_core_schema_says(text: str, value: object) -> None:
    """Value and type are those of YAML 1.2, where YAML 1.1 often has others."""
    result = parse_scalar(text)
    assert result == value
    assert type(result) is type(value)


def test_infinities_and_nan_are_numbers() -> None:
    """`.inf`, `-.INF` and `.nan` are floats, as the core schema has them."""
    assert parse_scalar(".inf") == math.inf
    assert parse_scalar("-.INF") == -math.inf
    nan = parse_scalar(".nan")
    assert isinstance(nan, float)
    assert math.isnan(nan)


@pytest.mark.parametrize("text", ["1e999", "-1e999", "9" * 401])
def test_a_number_that_nothing_can_hold_is_refused(text: str) -> None:
    """Neither an overflow to infinity nor thousands of digits pass for a number."""
    with pytest.raises(ValueError, match=r"too large|characters"):
        parse_scalar(text)


def test_quoted_and_block_scalars_are_text() -> None:
    """Quotes and block styles make text of anything."""
    document = parse_yaml("a: '1'\nb: \"true\"\nc: |\n  1e-6\nd: >-\n  ~\n", "f.yaml")
    assert document.data == {"a": "1", "b": "true", "c": "1e-6\n", "d": "~"}


def test_every_key_and_item_keeps_its_line() -> None:
    """A key path leads to the line where the key or item begins, in block and flow style."""
    document = parse_yaml("# first\na:\n  - b: 1\n    c: {d: 2,\n        e: 3}\n  - 4\n", "f.yaml")
    assert document.data == {"a": [{"b": 1, "c": {"d": 2, "e": 3}}, 4]}
    assert document.lines == {
        (): 2,
        ("a",): 2,
        ("a", 0): 3,
        ("a", 0, "b"): 3,
        ("a", 0, "c"): 4,
        ("a", 0, "c", "d"): 4,
        ("a", 0, "c", "e"): 5,
        ("a", 1): 6,
    }


def test_a_missing_key_is_shown_at_what_would_hold_it() -> None:
    """A path that is not in the file takes the line of its nearest ancestor."""
    document = parse_yaml("a: 1\nb:\n  - c: 2\n", "f.yaml")
    assert str(document.problem(("b", 0, "d", "e"), "missing key")) == "f.yaml:3: b[0].d.e: missing key"
    assert show_path(()) == "(file)"


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("a: &x 1\nb: *x\n", [
            "f.yaml:1: a: the anchor &x: expected no anchors or aliases",
            "f.yaml:2: b: the alias *x: expected the value itself, written out, or a text in quotes",
        ]),
        ("a: 1\nb:\n  a: 1\n  a: 2\na: 3\n", [
            "f.yaml:4: b.a: expected this key once, got it in line 3 too",
            "f.yaml:5: a: expected this key once, got it in line 1 too",
        ]),
        ("a: !!str 1\n", ["f.yaml:1: a: the tag tag:yaml.org,2002:str: expected a value without a tag"]),
        ("a: !!python/name:os.system\n", [
            "f.yaml:1: a: the tag tag:yaml.org,2002:python/name:os.system: expected a value without a tag",
        ]),
        ("a: !mine [1]\n", ["f.yaml:1: a: the tag !mine: expected a value without a tag"]),
        ("1: a\n", ["f.yaml:1: (file): the key '1': expected text, in quotes if need be"]),
        ("? [a]\n: b\n", ["f.yaml:1: (file): a list or mapping as key: expected text, in quotes if need be"]),
        ("a: 1e999\nb: 1\n", ["f.yaml:1: a: 1e999 is too large for a float"]),
        ('a: "\\ud800"\n', ["f.yaml:1: a: half of a surrogate pair: expected the character itself"]),
        ("a: 1\n---\nb: 1\n", ["f.yaml:2: (file): a second document (---): expected one in a file"]),
        ("", ["f.yaml:1: (file): the file is empty"]),
        ("# only a remark\n", ["f.yaml:1: (file): the file is empty"]),
        ("a: [1,\nb\n", [
            ("f.yaml:1: (file): not YAML: expected a comma or ] after the [ that opens here, got the end of the line or"
            " file"),
        ]),
        ("a: 1\n\tb: 1\n", [
            "f.yaml:2: (file): not YAML: expected spaces, got a tab: indent with spaces alone",
        ]),
        ("a: 1\nb: \x07\n", ["f.yaml:2: (file): not YAML: the character U+0007 is not allowed"]),
        ("[" * 100_000, [f"f.yaml:1: (file): nested more than {MAX_DEPTH} deep"]),
        ("a: &b 1\nc: [\n", [
            "f.yaml:1: a: the anchor &b: expected no anchors or aliases",
            "f.yaml:3: (file): not YAML: expected a comma or a closing bracket, got the end of the line or file",
        ]),
    ],
)  # fmt: skip
def test_what_is_refused_is_named_with_its_line(text: str, problems: list[str]) -> None:
    """All that is wrong in a file is found in one reading."""
    with pytest.raises(CourseError) as caught:
        parse_yaml(text, "f.yaml")
    assert [str(problem) for problem in caught.value.problems] == problems


@pytest.mark.parametrize("text", ["[" * 64_000, "{" * 64_000, "- " * 64_000, "? " * 64_000, "[a," * 64_000])
def test_depth_ends_the_reading(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both parsers take quadratic time in it, so none reads on."""
    drawn = []
    real = yaml.parse

    def count(*given: Any, **named: Any) -> Iterator[Any]:
        for event in real(*given, **named):
            drawn.append(event)
            yield event

    monkeypatch.setattr(yaml, "parse", count)
    with pytest.raises(CourseError, match=rf"f.yaml:1: \(file\): nested more than {MAX_DEPTH} deep"):
        parse_yaml(text, "f.yaml")
    assert len(drawn) < 4 * MAX_DEPTH


def test_what_nests_as_deep_as_is_allowed_is_read() -> None:
    """And one deeper is not, whether it ends well or not."""
    deepest = "[" * MAX_DEPTH + "1" + "]" * MAX_DEPTH
    assert parse_yaml(deepest, "f.yaml").data
    for text in (f"[{deepest}]", f"[{deepest}", f"[[{deepest}]]"):
        with pytest.raises(CourseError, match="nested more than"):
            parse_yaml(text, "f.yaml")


def test_a_bomb_of_aliases_is_refused_without_unfolding_it() -> None:
    """Nine levels of nine aliases each would be 387 million items; they are nine anchors and 72 aliases here."""
    levels = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    with pytest.raises(CourseError) as caught:
        parse_yaml("\n".join(["a0: &a0 [x]", *levels]), "bomb.yaml")
    assert len(caught.value.problems) == 9 + 72
