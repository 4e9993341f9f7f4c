"""The page on mistakes that nobody has named shows what the command says of a class with one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from grader.batch import render_evidence
from grader.cli import main, mistakes
from grader.pipeline import load_grader
from grader.unnamed import find, search
from tests.conftest import ROOT
from tests.unnamed.conftest import make_evidence

PAGE = ROOT / "docs" / "mistakes.md"
_SHOWN = re.compile(r"(?<=```text\n).*?(?=```)", re.DOTALL)


def test_page_shows_what_the_command_says(
    request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Eleven students who forgot a factor, and one who is wrong in another way."""
    grader = load_grader(ROOT, packages=False)
    right = grader.oracle.reference.module("exercise5")
    for number, factor in enumerate([*[1.0] * 11, 1.7]):
        student = f"student{number:02}"
        slack = lambda theta, factor=factor: factor * right.ex5_kl(theta) - right.ex5_tv(theta) ** 2  # noqa: E731
        answers = {"ex5_kl": right.ex5_kl, "ex5_tv": right.ex5_tv, "ex5_pinsker_slack": slack}
        (tmp_path / student).mkdir()
        (tmp_path / student / "evidence.json").write_text(
            render_evidence(make_evidence(grader, student, **answers)), encoding="ascii"
        )
    with pytest.raises(SystemExit) as ended:
        main(["mistakes", str(tmp_path), "--course", str(ROOT)])
    assert not ended.value.code
    shown = capsys.readouterr().out
    page = PAGE.read_text(encoding="utf-8")
    if request.config.getoption("--rewrite-golden"):
        page = _SHOWN.sub(lambda _: shown, page, count=1)
        PAGE.write_text(page, encoding="utf-8")
    found = _SHOWN.search(page)
    assert found is not None
    assert found.group() == shown


def test_page_names_every_option_and_bound() -> None:
    """With what holds without it."""
    page = PAGE.read_text(encoding="utf-8")
    own = {one.name: max(one.opts, key=len) for one in mistakes.command.params if one.name in {"least", "search_s"}}
    assert set(own.values()) == {"--least", "--search-s"}
    assert all(option in page for option in own.values())
    assert f"so many ({find.LEAST})" in page
    assert f"one check ({find.LIMIT_S:g})" in page
    assert f"the {search.MOST_PAIRED} likeliest" in page
