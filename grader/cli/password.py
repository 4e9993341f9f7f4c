"""`grader password`: writes the file of those who may mark from other machines."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.review import explain_missing_extra
from grader.cli.screen import show
from grader.errors import UsageError
from grader.report.escape import escape

if TYPE_CHECKING:
    from grader.review.roles import Role

_MOST_READ = 4096  # characters of a line, more than a password may have


@click.command("password")
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("name")
@click.option(
    "--role",
    type=click.Choice(["marker", "instructor"]),
    help="What NAME may do; instructors change rubrics, see flags and the class by name. Without it: as before, "
    "marker for a new account.",
)
def command(*, file: Path, name: str, role: Role | None) -> None:
    """Write the password of NAME to FILE, for `grader review --accounts FILE`.

    It is asked for twice, or read from a line of standard input where that is no terminal. Of the password the file
    holds a hash; nobody else may read it. Delete a line to take an account away.
    """
    with explain_missing_extra():
        from grader.review.accounts import find_wrong_name, set_password  # noqa: PLC0415 - an extra

    if wrong := find_wrong_name(name):  # before anybody types a password
        raise UsageError(f"the name {name!r}: {wrong}")
    is_new = set_password(file, name, read_password(), role)
    show(f"{escape(name)} {'may sign in' if is_new else 'has a new password'}; grader review reads it when it starts\n")


def read_password() -> str:
    """Return the password that is typed, unseen, or piped."""
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline(_MOST_READ).rstrip("\r\n")
