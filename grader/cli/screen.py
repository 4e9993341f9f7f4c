"""What reaches the terminal: reports on standard output, everything else on standard error, all of it escaped.

How much of it, and in which colours, is said by three options that every command has, before or after its name.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO, TypedDict

import click

from grader.errors import HostError, UsageError, advise
from grader.model import Submission
from grader.report.escape import escape, escape_json
from grader.report.write import check_place, write_atomically
from grader.submission.naming import well_formed

STANDARD_OUTPUT = "-"
_PLAIN_WIDTH = 80
_OPPOSITES = {"quiet": "verbose", "verbose": "quiet"}


def build_screen_options() -> list[click.Parameter]:
    """Return the options on how much is shown and how; what they say is kept with click's context."""
    return [
        click.Option(
            ["--color"],
            type=click.Choice(["auto", "always", "never"]),
            help="Colours in reports; auto, the default: on a terminal, unless NO_COLOR is set.",
            expose_value=False,
            callback=_keep,
        ),
        click.Option(
            ["-q", "--quiet"], is_flag=True, help="Show results and errors only.", expose_value=False, callback=_keep
        ),
        click.Option(
            ["-v", "--verbose"],
            is_flag=True,
            help="Also tell what is done, by which options, and how long it takes.",
            expose_value=False,
            callback=_keep,
        ),
    ]


def _keep(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    """Keep what was given where all contexts of one call see it; a command's own word replaces the program's."""
    name = str(parameter.name)
    if not value:
        return
    if _is_set(_OPPOSITES.get(name, "")):
        raise click.UsageError("--quiet and --verbose contradict each other; give one of them", context)
    context.meta[f"grader.{name}"] = value


def _read(name: str) -> Any:
    context = click.get_current_context(silent=True)
    return None if context is None else context.meta.get(f"grader.{name}")


def _is_set(name: str) -> bool:
    return bool(_read(name))


class Look(TypedDict):
    """How a report is drawn."""

    width: int
    color: bool


def look(plain_width: int = _PLAIN_WIDTH) -> Look:
    """Return the terminal's width and whether it wants colours; `plain_width` without colour where it is none."""
    is_terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if is_terminal else plain_width
    return {"width": width, "color": _wants_color(is_terminal=is_terminal)}


def _wants_color(*, is_terminal: bool) -> bool:
    """Return what `--color` says; without it, FORCE_COLOR gives colours to what is no terminal, NO_COLOR takes all."""
    asked = _read("color") or "auto"
    if asked != "auto":
        return bool(asked == "always")
    wants = bool(os.environ.get("FORCE_COLOR")) or (is_terminal and os.environ.get("TERM") != "dumb")
    return wants and not os.environ.get("NO_COLOR")


def hide(secret: str) -> None:
    """Show a secret to nobody from here on, whoever says it: a server's answer, an exception, a traceback."""
    click.get_current_context().meta["grader.secret"] = secret


def forbids_color() -> bool:
    """Return whether nothing may have colours, progress included."""
    return bool(_read("color") == "never")


def is_quiet() -> bool:
    """Return whether nobody wants to see how far the work is."""
    return _is_set("quiet")


def publish(text: str, json: str, json_place: str | None) -> None:
    """Show a result as text, and write it as JSON where `--json` says; `-` shows only that."""
    if json_place == STANDARD_OUTPUT:
        show(escape_json(json))
        return
    if json_place is not None:
        write_atomically(Path(json_place), json)
    show(text)


def check_places(places: Iterable[str | None], paths: Sequence[Path], submission: Submission) -> None:
    """Refuse before anything runs what cannot be written to, and what is submitted itself.

    Args:
        places: where reports are to be written.
        paths: what is graded.
        submission: what was read from there.

    Raises:
        UsageError: a report would lie in a submitted folder, or take the place of a submitted file, of data beside it,
            or of what is no file.
    """
    for place in places:
        if place is None or place == STANDARD_OUTPUT:
            continue
        check_place(Path(place))
        if any(_is_submitted(Path(place), path, submission) for path in paths):
            raise UsageError(f"{place} lies in what is submitted: expected another place for the report")


def _is_submitted(place: Path, path: Path, submission: Submission) -> bool:
    """Return whether a report would become a part of what `path` submits; a link at its place would be replaced."""
    target, home = place.parent.resolve() / place.name, path.resolve()
    if path.is_dir():
        return target.is_relative_to(home)
    return target.parent == home.parent and well_formed(place.name) in submission.tree


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


def note(text: str) -> None:
    """Say what is neither a result nor an error: not with `--quiet`."""
    if not is_quiet():
        say(text)


def log(text: str) -> None:
    """Say what is done: with `--verbose` only."""
    if _is_set("verbose"):
        say(f"grader: {text}")


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
    """Return `text` without a secret, and with question marks for what the stream cannot show.

    Words always stand beside the marks.
    """
    encoding = stream.encoding or "ascii"
    secret = _read("secret")
    if secret:
        text = text.replace(secret, "***")
    return text.encode(encoding, "replace").decode(encoding)
