"""What reaches the terminal: reports on standard output, everything else on standard error, all of it escaped."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TextIO, TypedDict

import click

from grader.report.escape import escape
from grader.report.write import write_atomically

STANDARD_OUTPUT = "-"
_PLAIN_WIDTH = 80


class Look(TypedDict):
    """How a report is drawn."""

    width: int
    color: bool


def look(plain_width: int = _PLAIN_WIDTH) -> Look:
    """Return the terminal's width and whether it wants colours; `plain_width` without colour where it is none."""
    if not sys.stdout.isatty():
        return {"width": plain_width, "color": False}
    color = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return {"width": shutil.get_terminal_size().columns, "color": color}


def show(text: str) -> None:
    """Print a rendered report, in whatever encoding standard output has."""
    click.echo(_encodable(text, sys.stdout), nl=False, color=True)


def say(text: str) -> None:
    """Print one line to standard error."""
    click.echo(_encodable(escape(text), sys.stderr), err=True)


def deliver(text: str, place: str) -> None:
    """Write a rendered report to a file, or to standard output where `place` is `-`."""
    if place == STANDARD_OUTPUT:
        show(text)
        return
    write_atomically(Path(place), text)


def _encodable(text: str, stream: TextIO) -> str:
    """Return `text` with question marks for what the stream cannot show; words always stand beside the marks."""
    encoding = stream.encoding or "ascii"
    return text.encode(encoding, "replace").decode(encoding)
