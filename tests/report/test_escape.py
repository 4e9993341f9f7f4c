"""Nothing that a student wrote is obeyed by a terminal, a log or a CI runner."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.report.escape import escape

TABLE = {
    "plain words": ("ex1_kl = 0.456", "ex1_kl = 0.456"),
    "other scripts": ("Łukasz 数 é", "Łukasz 数 é"),
    "ANSI colour": ("\x1b[31mred\x1b[0m", "␛[31mred␛[0m"),
    "OSC 8 link": ("\x1b]8;;http://x\x07a\x1b]8;;\x07", "␛]8;;http://x␇a␛]8;;␇"),
    "eight-bit CSI": ("\x9b2J", "\\u009b2J"),
    "carriage return": ("wrong\rright", "wrong␍right"),
    "line break": ("a\nb\tc", "a b c"),
    "line separator": ("a\u2028b", "a\\u2028b"),
    "GitHub command": ("::error::no", ": :error: :no"),
    "command after a break": ("x\n ::stop-commands::y", "x  : :stop-commands: :y"),
    "many colons": (":::", ": : :"),
    "group command": ("a ##[group]b", "a ## [group]b"),
    "Azure command": ("##vso[task.x]", "## vso[task.x]"),
    "heading": ("## A heading", "## A heading"),
    "rich markup": ("[bold]x[/bold]", "[bold]x[/bold]"),
    "bidirectional override": ("\u202exyz\u2066", "\\u202exyz\\u2066"),
    "zero width": ("a\u200bb\ufeff", "a\\u200bb\\ufeff"),
    "lone surrogate": ("\udcff", "\\udcff"),
    "tag character": ("\U000e0041", "\\ue0041"),
}


@pytest.mark.parametrize(("text", "shown"), TABLE.values(), ids=TABLE.keys())
def test_escape_table(text: str, shown: str) -> None:
    """Each known trick is shown instead of obeyed."""
    assert escape(text) == shown


@given(st.text(st.characters() | st.sampled_from(":#[]\n\x1b\udc80")))
@example(":\n:")
@example("###[x]")
def test_escape_leaves_nothing_to_obey(text: str) -> None:
    """Whatever the text, the result is one line of visible characters without a command, and stays as it is."""
    shown = escape(text)
    assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in shown)
    assert "::" not in shown
    assert "##[" not in shown
    assert escape(shown) == shown
    assert shown.encode("utf-8").decode("utf-8") == shown
