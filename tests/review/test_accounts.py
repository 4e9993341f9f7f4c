"""The file of accounts: written and read by its owner alone, with hashes and nothing else."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.review.accounts import Accounts, Hashed, load_accounts, set_password
from tests.review.conftest import WORDS


def test_password_that_was_written_is_right(tmp_path: Path) -> None:
    """And no other, and no other's; a new one takes its place, and comments stay."""
    path = tmp_path / "accounts"
    assert set_password(path, "eve", WORDS)
    path.write_text(f"# of the term\n\n{path.read_text()}")
    assert set_password(path, "bo", "another four words")
    accounts = load_accounts(path)
    assert accounts.check("eve", WORDS)
    assert not accounts.check("bo", WORDS)
    assert not accounts.check("eve", f"{WORDS} ")
    assert not set_password(path, "eve", "the fourth word is new")
    assert not load_accounts(path).check("eve", WORDS)
    assert load_accounts(path).check("eve", "the fourth word is new")
    assert path.read_text().startswith("# of the term\n\neve:scrypt$15$8$1$")
    assert path.stat().st_mode & 0o777 == 0o600
    assert WORDS not in path.read_text()


def test_same_password_has_other_hashes() -> None:
    """Who reads the file does not see that two have the same one; and an accent is one however it was typed."""
    assert str(Hashed.of(WORDS)) != str(Hashed.of(WORDS))
    assert Hashed.of("caf\u00e9 caf\u00e9 caf\u00e9").matches("cafe\u0301 cafe\u0301 cafe\u0301")


def test_name_of_nobody_costs_as_much(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same work is done for it, and it is never right, not even with the password that nobody knows."""
    accounts = Accounts({"eve": Hashed.of(WORDS)}, Hashed.of("the password of nobody"))
    done: list[tuple[object, ...]] = []
    real = hashlib.scrypt

    def note(password: bytes, **costs: int) -> bytes:
        done.append((len(password), costs["n"], costs["r"], costs["p"], costs["dklen"], len(costs["salt"])))  # type: ignore[arg-type]
        return real(password, **costs)  # type: ignore[arg-type]

    monkeypatch.setattr(hashlib, "scrypt", note)
    answers = [accounts.check(name, "the password of nobody") for name in ("eve", "zoe", "")]
    assert answers == [False] * 3
    assert done == [done[0]] * 3


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602])
def test_file_that_others_reach_is_refused(tmp_path: Path, mode: int) -> None:
    """Who can read it tries passwords at home; who can write it signs in as anybody."""
    path = tmp_path / "accounts"
    set_password(path, "eve", WORDS)
    path.chmod(mode)
    with pytest.raises(UsageError, match="by others: run chmod 600"):
        load_accounts(path)
    with pytest.raises(UsageError, match="by others: run chmod 600"):
        set_password(path, "bo", WORDS)


def test_anothers_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its owner can give themselves every right."""
    path = tmp_path / "accounts"
    set_password(path, "eve", WORDS)
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    with pytest.raises(UsageError, match="belongs to another user"):
        load_accounts(path)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    """A link is not followed, a pipe not waited at."""
    set_password(tmp_path / "real", "eve", WORDS)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    os.mkfifo(tmp_path / "pipe", 0o600)
    for name in ("link", "pipe", "none", "."):
        with pytest.raises(UsageError):
            load_accounts(tmp_path / name)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "has no account"),
        ("eve", "line 1: expected NAME:scrypt"),
        ("eve:password in plain words", "line 1: expected NAME:scrypt"),
        ("# x\neve:scrypt$2$8$1$AAAAAAAAAAAAAAAAAAAAAA==$" + "A" * 43 + "=", "line 2: expected NAME:scrypt"),
        ("eve:scrypt$15$8$1$AAAA$AAAA", "line 1: expected NAME:scrypt"),
        ("eve:scrypt$15$8$1$?$?", "line 1: expected NAME:scrypt"),
        (f" eve:{Hashed(bytes(16), bytes(32))}", "line 1: expected NAME:scrypt"),
        (f"eve:{Hashed(bytes(16), bytes(32))}\n" * 2, "line 2: 'eve' is there twice"),
        ("x" * ((1 << 20) + 1), "at most 1,048,576 bytes"),
        (b"\xff", "expected UTF-8, got the byte 0xff"),
    ],
)
def test_what_is_no_account_is_refused(tmp_path: Path, content: str | bytes, message: str) -> None:
    """With its line; nothing of the file is used."""
    path = tmp_path / "accounts"
    path.touch(0o600)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(UsageError, match=message):
        load_accounts(path)


@pytest.mark.parametrize("name", ["", " eve", "a:b", "#a", "a\nb", "\u202eeve", "x" * 101])
def test_names_that_cannot_be_used(tmp_path: Path, name: str) -> None:
    """Those that the file, or a page, would show as another."""
    with pytest.raises(UsageError, match="the name"):
        set_password(tmp_path / "accounts", name, WORDS)


@pytest.mark.parametrize("password", ["", "short", "x" * 1001])
def test_passwords_that_cannot_be_used(tmp_path: Path, password: str) -> None:
    """Nothing is written."""
    with pytest.raises(UsageError, match="expected 12 to 1,000"):
        set_password(tmp_path / "accounts", "eve", password)
    assert list(tmp_path.iterdir()) == []


def test_role_stands_behind_the_hash(tmp_path: Path) -> None:
    """A marker's where none is named, as in files of before; a new password keeps it."""
    path = tmp_path / "accounts"
    set_password(path, "eve", WORDS, "instructor")
    set_password(path, "bo", WORDS)
    path.write_text(f"{path.read_text()}old:{Hashed.of(WORDS)}\n")
    assert dict(load_accounts(path).roles) == {"eve": "instructor", "bo": "marker", "old": "marker"}
    set_password(path, "eve", f"{WORDS} again")
    set_password(path, "bo", WORDS, "instructor")
    assert dict(load_accounts(path).roles) == {"eve": "instructor", "bo": "instructor", "old": "marker"}
    path.write_text(path.read_text().replace(":instructor", ":root"))
    with pytest.raises(UsageError, match="line 1: role 'root': expected marker or instructor"):
        load_accounts(path)
