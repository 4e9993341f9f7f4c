"""Students' texts keep their form and lose everything that does something."""

from __future__ import annotations

import re

import pytest

from grader.feedback.formulas import ELEMENTS
from grader.feedback.prose import _TAGS, MAX_TEXT, render_prose
from tests.feedback.conftest import ALL_NASTY, NASTY

_OURS = ELEMENTS | _TAGS


@pytest.mark.parametrize("text", [*NASTY, ALL_NASTY])
def test_nothing_of_theirs_is_markup(text: str) -> None:
    """Tags are Markdown's and MathML's, without an address or a handler."""
    made = render_prose(text)
    tags = re.findall(r"<\s*/?\s*([A-Za-z!?]\w*)([^>]*)>", re.sub(r'"[^"]*"', '""', made))
    assert {name for name, _ in tags} <= _OURS
    assert not [rest for _, rest in tags if re.search(r"(?:^|\s)(?:on\w+|href|src|style|class|id)\s*=", rest)]


def test_markdown_is_kept() -> None:
    """Lists, code, emphasis, formulas."""
    made = render_prose("# Why\n\n- *one*\n- `x < 1`\n\nso $D \\ge 0$, and\n\n$$\\sum_x p(x)$$")
    for piece in ("<strong>Why</strong>", "<em>one</em>", "<code>x &lt; 1</code>", "<math", 'display="block"'):
        assert piece in made


def test_addresses_are_read_and_not_followed() -> None:
    """A link shows where it would lead."""
    made = render_prose("[here](https://example.org/a) ![plot](https://example.org/b.png)")
    assert "here ⟨https://example.org/a⟩" in made
    assert "[picture: plot ⟨https://example.org/b.png⟩]" in made


def test_turned_text_is_shown() -> None:
    """An override of the reading direction is spelled out."""
    assert "\\u202eevil" in render_prose("a \u202eevil")


def test_prices_are_no_formulas() -> None:
    """A dollar without its other, or before a space, is a dollar."""
    assert "<math" not in render_prose("It costs $5, or $ 6 $, or $")


def test_long_text_is_cut_and_says_so() -> None:
    """Nobody reads a megabyte, and nobody is silently cut."""
    assert f"{500} more characters" in render_prose("a" * (MAX_TEXT + 500))
