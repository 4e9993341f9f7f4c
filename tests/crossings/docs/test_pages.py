"""What the pages say is what the program does."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from urllib.parse import urlparse

import click
import pytest

from grader.cli import main
from grader.cli.app import COMMANDS
from grader.course import Options

ROOT = Path(__file__).parents[3]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
COMMANDS_PAGE = ROOT / "docs" / "commands.md"
INTRODUCTION = """# The commands

`grader …` and `python -m grader …` are the same program. This page is written by the program itself
(`pytest tests/crossings/docs --rewrite-golden`).

## What all commands have in common

An option is looked up in this order; the first that says something holds.

| where | example | for |
|---|---|---|
| command line | `grader batch --jobs 4` | every option |
| environment | `GRADER_BATCH_JOBS=4`: the command, then the option | every option; several values with spaces between |
| `course.yaml` | `options: {jobs: 4}` | {options}; limits under `limits` |
| default | one a core | as `--help` says |

`--color`, `--quiet` and `--verbose` may stand before or after the command's name. `--color` wins over `NO_COLOR` and
`FORCE_COLOR`. With `--quiet`, standard error has no more than warnings and errors; the result is shown as ever. With
`--verbose`, standard error also tells of the course, the isolation, the limits and how long each step took.

`--json OUT` writes the result as JSON to a file beside the text on standard output; `--json -` prints only JSON.

| command | what `--json` gives |
|---|---|
| `grade` | the staff's report, `grader/report/v1` |
| `check` | what is said, `numgrade/check/v1`: parts with a status and lines |
| `batch`, `judge` | a list of the students as in `batch.json`; reports lie in the folders that it names |
| `validate` | what was verified, and every problem |
| `mistakes` | `grader/mistakes/v1`: each group with its students, results, explanations and what to add to the course |
| `ci` | the outcome, `grader/ci/v1`, as in `ci.json` |
| `stats` | the numbers of the class page, `grader/stats/v1`; with `--shareable` those that everybody may see |
| `similar` | `grader/similar/v1`: the pairs, how much of each is in the other by kind and part, the longest run |
| `marks` | every decision: when, who, student, answer, points, criteria, why, note, state |
| `doctor` | `grader/doctor/v1`: the `level`, null where none works, and the `capabilities` found |
| `regrade collect` | what became of each file: `taken`, `known` or `refused`, with the number or the reason |
| `regrade list` | the requests, with all that became of them; points are exact text |

`export` writes other systems' formats, JSON lines among them (`--format jsonl`). `review` serves pages; the other
commands write files.
""".replace("{options}", ", ".join(f"`{name}`" for name in Options.model_fields))


def _describe(name: str) -> str:
    context = main.make_context("grader", [], resilient_parsing=True, terminal_width=100)
    return _describe_command(main.get_command(context, name), f"grader {name}", context)


def _describe_command(command: click.Command, name: str, parent: click.Context) -> str:
    """Return a command's help, and below it that of the commands of a group."""
    with click.Context(command, info_name=name.rpartition(" ")[2], parent=parent) as own:
        shown = f"## {name}\n\n```text\n{command.get_help(own)}\n```\n"
        below = command.commands.items() if isinstance(command, click.Group) else ()
        return "\n".join([shown, *(_describe_command(one, f"{name} {word}", own) for word, one in below)])


def _list_commands() -> dict[str, click.Command]:
    """Return every command by its name, those of a group with the group's before it."""
    context = main.make_context("grader", [], resilient_parsing=True)
    found = {name: main.get_command(context, name) for name in COMMANDS}
    for name, command in list(found.items()):
        if isinstance(command, click.Group):
            found |= {f"{name} {word}": one for word, one in command.commands.items()}
    return found


def test_page_lists_every_command_with_json() -> None:
    """What `--json` gives is told for each."""
    table = INTRODUCTION.partition("| what `--json` gives |")[2]
    for name, command in _list_commands().items():
        has = any("--json" in parameter.opts for parameter in command.params)
        assert (f"`{name}`" in table.rpartition("|")[0]) == has, name


def test_page_of_commands_is_current(request: pytest.FixtureRequest) -> None:
    """Every command and option stands in docs/commands.md, as `--help` prints it."""
    context = main.make_context("grader", [], resilient_parsing=True, terminal_width=100)
    program = f"## grader\n\n```text\n{main.get_help(context)}\n```\n"
    page = "\n".join([INTRODUCTION, program, *map(_describe, COMMANDS)])
    if request.config.getoption("--rewrite-golden"):
        COMMANDS_PAGE.write_text(page, encoding="utf-8")
    assert page == COMMANDS_PAGE.read_text(encoding="utf-8")


def _commands() -> list[tuple[str, str]]:
    pattern = re.compile(r"^\s*\$? ?((?:\.venv/bin/)?grader (?:[a-z]+).*?)(?:\s+#.*)?$", re.MULTILINE)
    found = []
    for page in PAGES:
        for block in re.findall(r"```(?:console|sh|bash|shell)\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
            found += [(page.name, line) for line in pattern.findall(block.replace("\\\n", " "))]
    return found


@pytest.mark.parametrize(("page", "line"), _commands())
def test_commands_on_pages_can_be_parsed(page: str, line: str) -> None:
    """A command that a page shows exists, with these options."""
    words = shlex.split(line.replace("…", ""), comments=True)
    words = [word for word in words[1:] if not word.startswith((">", "|"))]
    context = main.make_context("grader", [], resilient_parsing=True)
    known = _list_commands()
    name = " ".join(words[:2]) if " ".join(words[:2]) in known else words[0]
    command = known.get(name)
    assert command is not None, f"{page}: no command {words[0]}"
    assert not isinstance(command, click.Group), f"{page}: {words[0]} is a group: expected one of its commands"
    parser = command.make_parser(click.Context(command, info_name=name, parent=context))
    parser.parse_args(words[len(name.split()) :])


def _links() -> list[tuple[Path, str]]:
    return [
        (page, target)
        for page in PAGES
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
        if not urlparse(target).scheme
    ]


@pytest.mark.parametrize(("page", "target"), _links(), ids=lambda value: getattr(value, "name", value))
def test_links_between_pages_lead_somewhere(page: Path, target: str) -> None:
    """A relative link leads to a file of the project."""
    assert (page.parent / target).exists()


@pytest.mark.parametrize("target", ["grade", "test", "check", "validate", "bench"])
def test_make_targets_on_pages_exist(target: str) -> None:
    """The targets that pages speak of are in the Makefile, with a line for `make help`."""
    assert re.search(rf"^{target}:.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
