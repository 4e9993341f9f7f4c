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

ROOT = Path(__file__).parents[3]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
COMMANDS_PAGE = ROOT / "docs" / "commands.md"
INTRODUCTION = """# The commands

`grader …` and `python -m grader …` are the same program. This page is written by the program itself
(`pytest tests/crossings/docs --rewrite-golden`).
"""


def _describe(name: str) -> str:
    context = main.make_context("grader", [], resilient_parsing=True, terminal_width=100)
    command = main.get_command(context, name)
    with click.Context(command, info_name=name, parent=context) as own:
        return f"## grader {name}\n\n```text\n{command.get_help(own)}\n```\n"


def test_page_of_commands_is_current(request):
    """Every command and option stands in docs/commands.md, as `--help` prints it."""
    page = "\n".join([INTRODUCTION, *map(_describe, COMMANDS)])
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
def test_commands_on_pages_can_be_parsed(page, line):
    """A command that a page shows exists, with these options."""
    words = shlex.split(line.replace("…", ""), comments=True)
    words = [word for word in words[1:] if not word.startswith((">", "|"))]
    context = main.make_context("grader", [], resilient_parsing=True)
    command = main.get_command(context, words[0])
    assert command is not None, f"{page}: no command {words[0]}"
    parser = command.make_parser(click.Context(command, info_name=words[0], parent=context))
    parser.parse_args(list(words[1:]))


def _links() -> list[tuple[Path, str]]:
    return [
        (page, target)
        for page in PAGES
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
        if not urlparse(target).scheme
    ]


@pytest.mark.parametrize(("page", "target"), _links(), ids=lambda value: getattr(value, "name", value))
def test_links_between_pages_lead_somewhere(page, target):
    """A relative link leads to a file of the project."""
    assert (page.parent / target).exists()


@pytest.mark.parametrize("target", ["grade", "test", "check", "validate", "bench"])
def test_make_targets_on_pages_exist(target):
    """The targets that pages speak of are in the Makefile, with a line for `make help`."""
    assert re.search(rf"^{target}:.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
