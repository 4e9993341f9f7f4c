"""A cell of a table: what a spreadsheet would run, turn around or drop is disarmed."""

from __future__ import annotations

import pytest

from grader.gradebook.cells import plain_text, render_csv


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "＝"])
def test_formula_is_disarmed(start: str) -> None:
    """A cell that a spreadsheet would run is text for it."""
    assert plain_text(f"{start}cmd|' /C calc'!A0").startswith("'")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("x;=1+1", "x;'=1+1"),
        ('x; "=1+1', "x;' \"=1+1"),
        ("x;\t@SUM(A1)", "x;' @SUM(A1)"),
        ("x\n-2+3", "x\n'-2+3"),
        ("x\n\"'+1;=2", "x\n'\"'+1;'=2"),
        ("x；＝1", "x；'＝1"),
        ("\u200d=1", "'\u200d=1"),
    ],
)
def test_a_formula_is_disarmed_where_another_reader_lets_a_cell_begin(text: str, shown: str) -> None:
    """Half of Europe's spreadsheets part cells at `;`, and know nothing of quotes in the middle of one."""
    assert plain_text(text) == shown
    line = render_csv(("student", "note"), [{"student": "ada", "note": text}]).split("\n", 1)[1]
    cells = [cell.lstrip(" \t\"'") if cell[:1] != "'" else "'" for row in line.split("\n") for cell in row.split(";")]
    assert not any(cell[:1] in set("=+-@＝") for cell in cells)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202eb", "a\\u202eb"),
        ("\ufeff=1", "\\ufeff=1"),
        ("a\u2066b\u2069", "a\\u2066b\\u2069"),
        ("a\u200bb", "a\\u200bb"),
        ("a\u2028b", "a\\u2028b"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_what_turns_the_reading_direction_is_spelled_out(text: str, shown: str) -> None:
    """Of invisible characters only the joiners stay, without which names are misspelt."""
    assert plain_text(text) == shown


@pytest.mark.parametrize("text", ["Ada", "O'Hara", "a=b", "", "名前", "x\nlines", "1a: 3/4; 1b: 2", "a - b; c"])
def test_harmless_text_is_left_alone(text: str) -> None:
    """Nothing is added to what no spreadsheet would run."""
    assert plain_text(text) == text


def test_controls_and_half_characters_do_not_reach_a_file() -> None:
    """What no UTF-8 file can hold is spelled out; what moves a cursor is a space."""
    assert plain_text("a\x1b[31m\udcff") == "a [31m\\udcff"
