"""The page on the gradebook names everything that a person can ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.cli import export
from grader.gradebook import LatePolicy
from grader.gradebook.roster import COLUMNS
from grader.gradebook.tables import metadata
from grader.spec.late import load_late

PAGE = (Path(__file__).parents[3] / "docs" / "gradebook.md").read_text(encoding="utf-8")
OPTIONS = [option for parameter in export.command.params for option in parameter.opts]
KEYS = [field.alias or name for name, field in LatePolicy.model_fields.items()]


@pytest.mark.parametrize("word", [*OPTIONS, *export.FORMATS, *KEYS, *COLUMNS, *metadata.tables])
def test_page_names(word: str) -> None:
    """An option, a format, a key, a column or a table that is added has to be explained."""
    assert f"`{word}`" in PAGE or f"{word}:" in PAGE or f" {word} " in PAGE


def test_policy_on_the_page_is_one(tmp_path: Path) -> None:
    """The example can be copied as it stands."""
    path = tmp_path / "late.yaml"
    path.write_text(PAGE.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    assert load_late(path).cut_off_days == 7
