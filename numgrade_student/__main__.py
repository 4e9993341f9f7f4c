"""`python -m numgrade_student FILE [PART…]`: the check of a saved notebook or script, on the student's own machine."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from numgrade_student.course import INSTALLED, CheckError, load_course
from numgrade_student.run import check_file

_USAGE = "python -m numgrade_student FILE [PART ...]"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the check and print what it says; return the exit status, 2 where it could not be made."""
    parser = argparse.ArgumentParser(
        prog="python -m numgrade_student",
        usage=_USAGE,
        description="Runs your notebook or script and checks the form of your answers, not whether they are correct.",
    )
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="your notebook (.ipynb) or script (.py)")
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help="only these parts, such as 1a, or exercises, such as ex1"
    )
    parser.add_argument("--course", type=Path, default=INSTALLED, metavar="DIR", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.file is None:
        _print(f"Expected a file, got none: {_USAGE}")
        return 2
    try:
        report = check_file(load_course(options.course.resolve()), options.file, options.parts)
    except CheckError as error:
        _print(str(error))
        return 2
    _print(report.render(shutil.get_terminal_size().columns if sys.stdout.isatty() else None))
    return 0


def _print(text: str) -> None:
    """Print a text, whatever characters this console has."""
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding))  # noqa: T201 - it is the program's answer


if __name__ == "__main__":
    sys.exit(main())
