"""The IPython shell that runs a student's cells: without terminal, history or windows; output goes to the kernel."""

from __future__ import annotations

import ast
import subprocess
import warnings
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Any as AnyTrait
from traitlets.config import Config


class ChannelPublisher(DisplayPublisher):
    """Sends what `display()` shows."""

    kernel: Any = AnyTrait()

    def publish(self, data: dict[str, Any], metadata: Any = None, **_others: Any) -> None:
        """Send the MIME bundle."""
        del metadata
        self.kernel.send_bundle("display", data)

    def clear_output(self, wait: bool = False) -> None:  # noqa: FBT001, FBT002 -- IPython's signature
        """Do nothing: the record of a graded run keeps every output."""


class ChannelDisplayHook(DisplayHook):
    """Sends the value of a cell's last expression."""

    kernel: Any = AnyTrait()

    def write_output_prompt(self) -> None:
        """Write nothing: a notebook shows its own prompt."""

    def write_format_data(self, format_dict: dict[str, Any], md_dict: Any = None) -> None:
        """Send the MIME bundle."""
        del md_dict
        self.kernel.send_bundle("result", format_dict)


class Shell(InteractiveShell):
    """IPython without terminal, history file or GUI. One per fork server; every child inherits a copy."""

    render_figures = False
    transformers = (0, 0)  # IPython's own: of the source, of what came of it

    def enable_gui(self, gui: Any = None) -> None:
        """Do nothing: nobody looks at a window here."""

    def enable_matplotlib(self, gui: Any = None) -> Any:
        """Follow `%matplotlib` only where somebody will see the pictures."""
        return super().enable_matplotlib("inline") if self.render_figures else (gui, "agg")

    def transform_cell(self, raw_cell: str) -> str:
        """Return the cell as Python. What is Python already passes: IPython would read every token of it, slowly."""
        if not self._is_customised() and is_plain_python(raw_cell):
            return raw_cell if raw_cell.endswith("\n") else f"{raw_cell}\n"
        transformed: str = super().transform_cell(raw_cell)
        return transformed

    def _is_customised(self) -> bool:
        """Tell whether the student has given the shell a transformer of their own."""
        ours = self.input_transformer_manager
        return (len(ours.cleanup_transforms), len(self.input_transformers_post)) != self.transformers

    def should_run_async(self, raw_cell: str, **options: Any) -> bool:
        """Tell whether the cell awaits something; IPython would compile every cell to find out."""
        return ("await" in raw_cell or "async" in raw_cell) and bool(super().should_run_async(raw_cell, **options))

    def system(self, cmd: str) -> None:
        """Run `!cmd` with pipes: IPython's own way asks for a terminal, and there is none."""
        command = self.var_expand(cmd, depth=1)
        with subprocess.Popen(  # noqa: S602 -- a shell command is what the student asked for
            command, shell=True, text=True, errors="replace",
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        ) as process:  # fmt: skip
            for line in process.stdout or ():
                print(line, end="")  # noqa: T201 -- the cell's own output
        self.user_ns["_exit_code"] = process.returncode

    system_piped = system_raw = system

    def ask_exit(self) -> None:
        """Let `exit` in a cell end the cell, not the run."""
        raise SystemExit


def build_shell() -> Shell:
    """Return a shell that keeps nothing on disk."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "NoColor"
    config.InteractiveShell.display_pub_class = ChannelPublisher
    Shell.display_pub_class = ChannelPublisher
    Shell.displayhook_class = ChannelDisplayHook
    shell: Shell = Shell.instance(config=config)
    shell.transformers = len(shell.input_transformer_manager.cleanup_transforms), len(shell.input_transformers_post)
    return shell


def is_plain_python(source: str) -> bool:
    """Tell whether IPython would take `source` as it is: Python that starts at the margin, and no pasted prompt."""
    if source[:1].isspace() or "..." in source or "In [" in source:  # prompts that are valid Python, too
        return False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it is read again, for good
        try:
            ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True
