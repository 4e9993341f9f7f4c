"""What reaches the terminal: reports on standard output, everything else on standard error, all of it escaped."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path
from typing import TextIO, TypedDict

import click

from grader.errors import HostError, advise
from grader.report.escape import escape
from grader.report.write import write_atomically

STANDARD_OUTPUT = "-"
_PLAIN_WIDTH = 80


class Look(TypedDict):
    """How a report is drawn."""

    width: int
    color: bool


def look(plain_width: int = _PLAIN_WIDTH) -> Look:
    """Return the terminal's width and whether it wants colours; `plain_width` without colour where it is none.

    FORCE_COLOR gives colours to what is no terminal, NO_COLOR takes them from everything.
    """
    is_terminal = sys.stdout.isatty()
    wants_color = bool(os.environ.get("FORCE_COLOR")) or (is_terminal and os.environ.get("TERM") != "dumb")
    width = shutil.get_terminal_size().columns if is_terminal else plain_width
    return {"width": width, "color": wants_color and not os.environ.get("NO_COLOR")}


def show(text: str) -> None:
    """Print a rendered report, in whatever encoding standard output has.

    Raises:
        HostError: standard output leads to a full disk, or nobody reads it any more.
    """
    try:
        click.echo(_encodable(text, sys.stdout), nl=False, color=True)
    except OSError as error:
        _forget(sys.stdout)
        advice = advise(error) or "read it to its end, and start the same command again"
        raise HostError(f"standard output cannot be written: {error.strerror}; {advice}") from error


def say(text: str) -> None:
    """Print one line to standard error. Where even that cannot be written, the exit status has to say it all."""
    try:
        click.echo(_encodable(escape(text), sys.stderr), err=True)
    except OSError:
        _forget(sys.stderr)


def _forget(stream: TextIO) -> None:
    """Lead a stream nowhere that could not be written: Python would try again at its end, and change the status."""
    with suppress(OSError, ValueError):  # a stream without a descriptor keeps nothing
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())
        os.close(null)


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
