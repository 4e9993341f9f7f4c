"""The program: `grader`, and `python -m grader`."""

from __future__ import annotations

import signal


def main() -> None:
    """Run it. While its modules are imported, a tenth of a second, Ctrl-C ends it as it ends `ls`: no traceback."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from grader.cli import main as command  # noqa: PLC0415 - see above

    command()


if __name__ == "__main__":
    main()
