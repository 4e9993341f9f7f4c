"""The line magics that a Jupyter kernel adds to IPython's own. Most of them speak to a page that nobody looks at."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from IPython.core import page
from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_magic, magics_class


@magics_class
class KernelMagics(Magics):
    """As ipykernel's class of this name."""

    @line_magic
    def autosave(self, line: str) -> None:
        """Say what the notebook would do from now on."""
        try:
            interval = int(line)
        except ValueError as error:
            raise UsageError(f"%autosave requires an integer, got {line!r}") from error
        print(f"Autosaving every {interval} seconds" if interval else "Autosave disabled")  # noqa: T201 -- as the kernel does

    @line_magic
    def connect_info(self, _line: str) -> None:
        """Say that nobody can connect."""
        print("{}\n\nNo other client can connect to this kernel.")  # noqa: T201 -- as the kernel does

    @line_magic
    def qtconsole(self, _line: str) -> None:
        """Do nothing: there is no screen for a console."""

    @line_magic
    def subshell(self, _line: str) -> None:
        """Name this process and thread."""
        print("Kernel does not support subshells")  # noqa: T201 -- as the kernel does
        print(f"pid: {os.getpid()}\nthread count: {threading.active_count()}")  # noqa: T201

    @line_magic
    def edit(self, _line: str) -> None:
        """Do nothing: the notebook would open an editor."""

    @line_magic
    def clear(self, _line: str) -> None:
        """Clear the terminal that a cell's commands would write to."""
        self.shell.system("clear")

    @line_magic
    def less(self, line: str) -> None:
        """Show a file through the pager."""
        if not line:
            raise UsageError("Missing filename.")
        page.page(Path(line).read_text(encoding="utf-8"))

    more = line_magic("more")(less)

    @line_magic
    def man(self, line: str) -> None:
        """Show a manual page through the pager."""
        page.page(self.shell.getoutput(f"man {line} | col -b", split=False))
