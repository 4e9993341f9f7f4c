"""`grader completion`: what a shell needs to complete commands and options."""

from __future__ import annotations

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

from grader.cli.screen import show

_VARIABLE = "_GRADER_COMPLETE"  # by which the shell asks click
_SHELLS: dict[str, type[ShellComplete]] = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}


@click.command("completion")
@click.argument("shell", type=click.Choice(list(_SHELLS)), metavar="|".join(_SHELLS))
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    """Print the script that completes commands and options in your shell.

    bash, in ~/.bashrc: eval "$(grader completion bash)"; zsh the same in ~/.zshrc;
    fish: grader completion fish > ~/.config/fish/completions/grader.fish
    """
    program = context.find_root()
    show(_SHELLS[shell](program.command, {}, program.info_name or "grader", _VARIABLE).source())
