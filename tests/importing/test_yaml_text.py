"""Plain data as YAML that nobody reads differently."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.importing.yaml_text import clean_text, write_yaml
from grader.spec.yaml12 import parse_yaml


@pytest.mark.parametrize(
    "text",
    ["no", "1e-6", "1", "a: b", "# a", "- a", "null", "~", "$\\tau$", "a\n  b\n", "  a\nb", "", " a",
     "{{p}}", "&a", "*a", "!x",
     "a\tb", "'", '"', "2026-11-29", "é", "😀", "a # b", "%",
     "@", "`x`", "y", "a\\n\\tau\nb", "...", "---\na", "=", "<<"],
)  # fmt: skip
def test_a_text_stays_the_text(text: str) -> None:
    """Whatever it looks like."""
    assert parse_yaml(write_yaml({"a": text}), "x").data == {"a": clean_text(text)}


@given(st.text())
def test_any_text_stays_the_text(text: str) -> None:
    """Control characters and stray breaks of lines are none."""
    assert parse_yaml(write_yaml({"a": [text]}), "x").data == {"a": [clean_text(text)]}


@pytest.mark.parametrize(
    ("points", "written"), [("2", 2), ("1/2", 0.5), ("1/3", "1/3"), ("5/2", 2.5), ("1/1024", "1/1024")]
)
def test_points_are_exact(points: str, written: object) -> None:
    """A number where it is one in decimals, else a fraction."""
    assert parse_yaml(write_yaml({"a": Fraction(points)}), "x").data == {"a": written}
