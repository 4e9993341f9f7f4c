"""The page on requests for another look shows one that is taken, and names all there is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from grader.cli import regrade
from grader.gradebook.records import RequestState
from grader.regrade.request_file import RequestFile, parse_request
from grader.submission.opening import REQUEST_BYTES

PAGE = (Path(__file__).parents[3] / "docs" / "regrade.md").read_text(encoding="utf-8")
OPTIONS = {
    option
    for command in regrade.command.commands.values()
    for parameter in command.params
    for option in parameter.opts
    if option.startswith("--") and parameter.name not in {"color", "quiet", "verbose", "course_folder"}
}


def test_the_request_on_the_page_is_one() -> None:
    """As it stands."""
    (text,) = re.findall(r"```yaml\n(schema: .*?)```", PAGE, re.DOTALL)
    assert parse_request(text.encode(), "regrade.yaml").part == "5d"


@pytest.mark.parametrize(
    "word", [*sorted(OPTIONS), *regrade.command.commands, *get_args(RequestState), *RequestFile.model_fields]
)
def test_page_names(word: str) -> None:
    """A command, an option, a state or a key that is added has to be explained."""
    word = word.removesuffix("_")
    assert re.search(rf"(?<![\w-]){word}(?![\w-])", PAGE)


def test_page_says_how_large_a_file_may_be() -> None:
    """In the unit of the page."""
    assert f"more than {REQUEST_BYTES >> 10} KiB" in PAGE
