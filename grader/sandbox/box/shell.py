"""The IPython shell that runs a student's cells: without terminal, history or windows; output goes to the kernel."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import tempfile
import threading
import warnings
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from IPython.core import page
from IPython.core.autocall import ZMQExitAutocall
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, line_magic, magics_class
from IPython.utils.syspathcontext import prepended_to_syspath
from traitlets import Any as AnyTrait
from traitlets.config import Config

from . import BUILTINS, backends

__builtins__ = BUILTINS


class ChannelPublisher(DisplayPublisher):
    """Sends what `display()` shows; of what is updated in place, the last state at the end of the cell.

    A page would show one output where a progress bar sends thousands, each of which would count for the record.
    """

    kernel: Any = AnyTrait()

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Start without updates."""
        super().__init__(*arguments, **options)
        self._updates: dict[object, dict[str, Any]] = {}

    def publish(
        self, data: dict[str, Any], metadata: Any = None, *, transient: Any = None, update: bool = False, **_others: Any
    ) -> None:
        """Send the MIME bundle, or keep it in place of an earlier update of the same display."""
        del metadata
        if update:
            self._updates[(transient or {}).get("display_id")] = data
        else:
            self.kernel.send_bundle("display", data)

    def send_updates(self) -> None:
        """Send the last state of each display that was updated."""
        updates, self._updates = self._updates, {}
        for data in updates.values():
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


@magics_class
class KernelMagics(Magics):
    """The line magics that a kernel adds to IPython's own. Most of them speak to a page that nobody looks at."""

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


class Shell(InteractiveShell):
    """IPython without terminal, history file or GUI. One per fork server; every child inherits a copy."""

    painter: Any = None  # of figures, for a record that is to show them
    transformers = (0, 0)  # IPython's own: of the source, of what came of it
    kernel: Any = AnyTrait()
    _store: Any = None

    @property
    def db(self) -> Any:
        """What `%store` and `%bookmark` keep, in a folder made when one of them is used."""
        if self._store is None:
            from IPython.external.pickleshare import PickleShareDB  # noqa: PLC0415 -- hardly anybody needs it

            self._store = PickleShareDB(tempfile.mkdtemp(prefix="ipython-"))
        return self._store

    @db.setter
    def db(self, value: Any) -> None:
        """Forget the folder that IPython chose: the box has it no more when a student comes."""

    def enable_gui(self, gui: Any = None) -> None:
        """Do nothing: nobody looks at a window here."""

    def enable_matplotlib(self, gui: Any = None) -> Any:
        """Follow `%matplotlib`; what would be a window or a widget is drawn where nobody looks."""
        return super().enable_matplotlib(backends.find_gui(gui))

    def init_hooks(self) -> None:
        """Let pages go where a notebook's pager would show them, beside the cells."""
        super().init_hooks()
        self.set_hook("show_in_pager", page.as_hook(lambda *_page, **_options: None), 99)

    def init_magics(self) -> None:
        """Add the kernel's magics to IPython's."""
        super().init_magics()
        self.register_magics(KernelMagics)

    def set_next_input(self, s: str, replace: bool = False) -> None:  # noqa: FBT001, FBT002 -- IPython's signature
        """Do nothing: the notebook would show the text as its next cell."""

    def transform_cell(self, raw_cell: str) -> str:
        """Return the cell as Python. What is Python already passes.

        IPython would read every token of it: 4 ms instead of 1.3 for a notebook of twenty cells. A single line may
        be a magic without its percent sign, such as `ls`: only IPython can tell.
        """
        if "\n" in raw_cell.strip() and not self._is_customised() and is_plain_python(raw_cell):
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
        if cmd.rstrip().endswith("&"):
            raise OSError("Background processes not supported.")
        command = self.var_expand(cmd, depth=1)
        with subprocess.Popen(  # noqa: S602 -- a shell command is what the student asked for
            command, shell=True, text=True, errors="replace",
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        ) as process:  # fmt: skip
            for line in process.stdout or ():
                print(line, end="")  # noqa: T201 -- the cell's own output
        self.user_ns["_exit_code"] = process.returncode

    system_piped = system_raw = system

    def safe_execfile_ipy(self, fname: Any, shell_futures: Any = False, raise_exceptions: Any = False) -> None:  # noqa: FBT002 -- IPython's signature
        """Run the cells of a notebook for `%run`; IPython would read it with nbformat, which is not here."""
        if not str(fname).endswith(".ipynb"):
            super().safe_execfile_ipy(fname, shell_futures, raise_exceptions)
            return
        with prepended_to_syspath(os.path.dirname(os.path.abspath(fname))):  # noqa: PTH100, PTH120 -- as IPython names it
            for source in _read_code_cells(fname):
                result = self.run_cell(source, silent=True, shell_futures=shell_futures)
                if raise_exceptions:
                    result.raise_error()
                elif not result.success:
                    return

    def _format_exception_for_storage(self, exception: BaseException, *_others: Any, **_options: Any) -> Any:
        """Keep no traceback in the history: IPython reads the sources of every frame for it, which takes long."""
        return {"ename": type(exception).__name__, "evalue": "", "traceback": []}

    def ask_exit(self) -> None:
        """Go on: a kernel runs the rest of the cell, too, and what comes after it is the student's work."""


# By these names programs tell a notebook from a terminal: pandas, rich, tqdm, and many a student's own test.
Shell.__name__ = Shell.__qualname__ = "ZMQInteractiveShell"
Shell.__module__ = "ipykernel.zmqshell"


def build_shell() -> Shell:
    """Return a shell that keeps nothing on disk."""
    config = Config()
    config.IPKernelApp.connection_file = ""  # there is none, but such a section is another sign of a notebook
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "NoColor"
    config.InteractiveShell.display_pub_class = ChannelPublisher
    Shell.display_pub_class = ChannelPublisher
    Shell.displayhook_class = ChannelDisplayHook
    shell: Shell = Shell.instance(config=config)
    shell.exiter = ZMQExitAutocall(shell)
    shell.kernel = SimpleNamespace(shell=shell)
    shell.extension_manager.load_extension("storemagic")
    backends.draw_only_for_readers(shell)
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


def _read_code_cells(path: str) -> list[str]:
    """Return the sources of a notebook's code cells, formats 3 and 4."""
    document = json.loads(Path(path).read_text(encoding="utf-8"))
    holders = document.get("worksheets", [document])
    cells = [cell for holder in holders for cell in holder["cells"] if cell["cell_type"] == "code"]
    return ["".join(cell.get("source", cell.get("input", ""))) for cell in cells]
