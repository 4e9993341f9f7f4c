"""The commands. The only place that prints or exits.

Each command is a module of its own that is imported when it is called, so that `grader --help` is quick.
"""

from grader.cli.app import main

__all__ = ["main"]
