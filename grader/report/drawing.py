"""Tables for people at a terminal, drawn by rich. Whatever came from a student passes through `plain`."""

from __future__ import annotations

import io
from collections.abc import Iterable

from rich.console import Console, RenderableType
from rich.text import Text

from grader.report.escape import escape
from grader.report.layout import MIN_WIDTH


def draw(renderables: Iterable[RenderableType], *, width: int, color: bool) -> str:
    """Return what rich makes of `renderables`, whatever the environment says about terminals and colours."""
    stream = io.StringIO()
    console = Console(
        file=stream,
        width=max(width, MIN_WIDTH),
        force_terminal=color,
        force_jupyter=False,
        color_system="standard" if color else None,
        markup=False,
        emoji=False,
        highlight=False,
        legacy_windows=False,
        _environ={},
    )
    for renderable in renderables:
        console.print(renderable)
    return "".join(f"{line.rstrip()}\n" for line in stream.getvalue().splitlines())


def plain(text: str, style: str = "") -> Text:
    """Return `text` escaped, as something that rich prints and never interprets."""
    return Text(escape(text), style=style)
