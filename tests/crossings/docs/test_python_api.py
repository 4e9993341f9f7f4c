"""The page on the Python API shows what happens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.cli import main

PAGE = Path(__file__).parents[3] / "docs" / "python-api.md"


def test_the_example_prints_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a course that is made as the page says; the text is a student's report."""
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(main, ["new", "integrals"]).exit_code == 0
    monkeypatch.chdir(tmp_path / "integrals")
    page = PAGE.read_text(encoding="utf-8")
    code, printed = (re.search(rf"```{kind}\n(.*?)```", page, re.DOTALL)[1] for kind in ("python", "text"))
    names: dict[str, object] = {}
    exec(compile(code, str(PAGE), "exec"), names)  # noqa: S102 - the page's own example
    assert capsys.readouterr().out == printed
    assert "Report for ben" in str(names["text"])
