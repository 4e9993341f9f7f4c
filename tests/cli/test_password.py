"""`grader password`: writes an account; the password itself is nowhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from grader.cli import main, password
from grader.review.accounts import load_accounts

WORDS = "four words drawn at random"


def test_piped_password_is_written(tmp_path: Path) -> None:
    """Once for a new account, again for a new password."""
    path = tmp_path / "accounts"
    for said in ("eve may sign in", "eve has a new password"):
        done = CliRunner().invoke(main, ["password", str(path), "eve"], input=f"{WORDS}\r\n")
        assert (done.exit_code, said in done.stdout, WORDS in done.output) == (0, True, False), done.output
    assert load_accounts(path).check("eve", WORDS)


def test_typed_password_is_asked_for_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unseen."""
    asked: list[Any] = []
    monkeypatch.setattr(password.sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(password.click, "prompt", lambda *_, **how: asked.append(how) or WORDS)
    assert password.read_password() == WORDS
    assert asked == [{"hide_input": True, "confirmation_prompt": True}]


@pytest.mark.parametrize(
    ("name", "typed", "message"), [("a:b", WORDS, "the name 'a:b'"), ("eve", "short", "expected 12 to 1,000")]
)
def test_what_cannot_be_an_account_is_refused(tmp_path: Path, name: str, typed: str, message: str) -> None:
    """Status 2, and nothing is written."""
    done = CliRunner().invoke(main, ["password", str(tmp_path / "accounts"), name], input=f"{typed}\n")
    assert (done.exit_code, message in done.stderr) == (2, True), done.output
    assert list(tmp_path.iterdir()) == []
