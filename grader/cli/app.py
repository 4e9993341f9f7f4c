"""The program: its commands by name, and what its exit status means.

0 the reports can be trusted · 1 below `--fail-under` · 2 wrong usage or course · 3 ours failed, something is ungraded.
"""

from __future__ import annotations

import difflib
import faulthandler
import importlib
import traceback
from contextlib import suppress
from typing import Any

import click

from grader import __version__
from grader.cli.screen import build_screen_options, say
from grader.cli.signals import Interrupted, interruptible
from grader.errors import MEMORY_ADVICE, CourseError, GraderError, HostError, SandboxError, ServiceError, advise

EXIT_BELOW, EXIT_USAGE, EXIT_OURS, EXIT_INTERRUPTED = 1, 2, 3, 130

# One line each, so that the list of commands needs no command's imports.
COMMANDS = {
    "grade": "Grade one student's submission: part scores and feedback.",
    "batch": "Grade a class; can be stopped and started again.",
    "judge": "Judge stored evidence again, without running any student code.",
    "review": "Serve the page on which people mark texts.",
    "password": "Write who may mark from other machines, with a password.",
    "feedback": "Write what each student gets: a page, the notebook with remarks, text.",
    "regrade": "Take and answer students' requests for another look.",
    "stats": "Write the class page: parts, mistakes, checks that say nothing.",
    "release": "Show what one student sees at each stage of release.yaml.",
    "starter": "Write the student notebooks and scripts.",
    "kit": "Write what students get: starters, data, a check without any secret.",
    "check": "What a student runs before submitting: public checks only.",
    "new": "Make a new course, small and complete, to be edited.",
    "import": "Make a course of an nbgrader or Otter assignment, to be finished.",
    "validate": "Verify the course itself: reference, mistakes, tolerances, mutants.",
    "mistakes": "Show wrong results that students share and nobody has named.",
    "ci": "Grade what a pull request touches; reports for GitHub, GitLab, Gradescope.",
    "mark": "Give points for a student's text, by its rubric; or a whole sheet of them.",
    "unmark": "Take back what was given for a text.",
    "override": "Set a student's score as a whole.",
    "marks": "List what people decided: who, when, what and why.",
    "similar": "List pairs of submissions that are too alike, for a person to look at.",
    "export": "Write the gradebook in another system's format.",
    "push": "Push scores, comments and feedback to Canvas.",
    "gradescope": "Pack the course and the grader as the zip that Gradescope runs.",
    "doctor": "Tell which isolation this machine gives, and how to get the rest.",
    "completion": "Print the script that completes commands in your shell.",
}


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is called, and turns exceptions into a status."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's
        """Return a command, importing what it needs."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"grader.cli.{cmd_name}").command
        return add_shared_options(command, f"GRADER_{cmd_name.upper()}")

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is named; where there is none, say which was probably meant."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            meant = difflib.get_close_matches(args[0], COMMANDS, n=1)
            if not meant:
                raise
            raise click.UsageError(f"{error.message} Did you mean {meant[0]!r}?", ctx) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what it raises becomes a message and a status. Our own bug can never look like 0 or 1."""
        with suppress(OSError):  # a standard error without a descriptor
            faulthandler.enable()  # a library that crashes in the author's code leaves at least its place there
        try:
            with interruptible():
                return super().invoke(ctx)
        except GraderError as error:
            report_error(error)
            raise SystemExit(status_of(error)) from error
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except KeyboardInterrupt as error:
            say("grader: interrupted; what is done is kept")
            raise SystemExit(128 + error.number if isinstance(error, Interrupted) else EXIT_INTERRUPTED) from error
        except (MemoryError, OSError) as error:
            shortage = explain_shortage(error)
            if shortage is None:
                raise SystemExit(report_bug()) from error
            report_error(shortage)
            raise SystemExit(EXIT_OURS) from error
        except Exception as error:
            raise SystemExit(report_bug()) from error


def add_shared_options(command: click.Command, prefix: str) -> click.Command:
    """Give a command, once, the options that all have, and each of its options a variable named as the option is.

    So too the commands of a group, each with its name before the option's.
    """
    if isinstance(command, click.Group):
        for name, one in command.commands.items():
            add_shared_options(one, f"{prefix}_{name.upper()}")
    if all(parameter.name != "quiet" for parameter in command.params):
        command.params += build_screen_options()
        for option in command.params:
            if isinstance(option, click.Option):
                own = option.envvar or ()
                name = max(option.opts, key=len).strip("-").replace("-", "_").upper()
                option.envvar = [f"{prefix}_{name}", *([own] if isinstance(own, str) else own)]
    return command


def explain_shortage(error: MemoryError | OSError) -> HostError | None:
    """Return what to tell where this machine has run short of something; None where `error` says something else."""
    advice = MEMORY_ADVICE if isinstance(error, MemoryError) else advise(error)
    return None if advice is None else HostError(f"this machine has run short ({error!r}): {advice}")


def report_bug() -> int:
    """Tell of the exception that nobody expected, and return the status."""
    for line in traceback.format_exc().splitlines():
        say(line)
    say(
        "grader: error: a bug in the grader; nothing above says anything about a submission: report it with these lines"
    )
    return EXIT_OURS


def status_of(error: GraderError) -> int:
    """Return the exit status for an error: whose fault it is."""
    return EXIT_OURS if isinstance(error, SandboxError | ServiceError) else EXIT_USAGE


def report_error(error: GraderError) -> None:
    """Tell the person at the keyboard what is wrong; a wrong course shows every problem, one a line."""
    if isinstance(error, CourseError):
        count = len(error.problems)
        say(f"grader: error: the course is wrong in {count} place{'' if count == 1 else 's'}")
        for problem in error.problems:
            say(f"  {problem}")
    else:
        say(f"grader: error: {error}")


@click.group(
    name="grader",
    cls=LazyGroup,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "max_content_width": 100,
    },
)
@click.version_option(__version__, prog_name="grader")
def main() -> None:
    """Grade numerical notebooks: run them in a sandbox, judge what came out, say what went wrong.

    The options below may also stand after the name of a command.

    Exit status: 0 the reports can be trusted, whatever the scores; 1 below --fail-under; 2 wrong usage, a wrong
    course or a refused file; 3 the grader or its sandbox failed and something is ungraded.

    Every option can be set in the environment: GRADER_BATCH_JOBS=4 is --jobs 4 of `grader batch`.
    """


add_shared_options(main, "GRADER")
