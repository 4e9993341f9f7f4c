"""The secret: what is made with it, and where it is not read from."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from grader.course import Draw
from grader.errors import UsageError
from grader.variants import Secret, read_secret

VALUES = {"p": (0.5, 0.5)}
KEY = "0123456789abcdef" * 4


def test_equal_names_give_equal_seeds_and_marks(secret: Secret) -> None:
    """What was given out can be made again."""
    again = Secret(secret.key)
    assert secret.seed("c", "1", "ada", 0) == again.seed("c", "1", "ada", 0)
    assert secret.mark("c", "1", "ada", VALUES) == again.mark("c", "1", "ada", VALUES)


@pytest.mark.parametrize(
    "names",
    [("d", "1", "ada", 0), ("c", "2", "ada", 0), ("c", "1", "bob", 0), ("c", "1", "ada", 1), ("c", "1a", "da", 0)],
)
def test_each_name_changes_the_seed(secret: Secret, names: tuple[str, str, str, int]) -> None:
    """Nor do two names run into each other."""
    assert secret.seed(*names) != secret.seed("c", "1", "ada", 0)


@pytest.mark.parametrize(
    "changed",
    [
        ("d", "1", "ada", VALUES),
        ("c", "2", "ada", VALUES),
        ("c", "1", "bob", VALUES),
        ("c", "1", "ada", {"p": (0.4, 0.6)}),
    ],
)
def test_each_name_and_the_data_change_the_mark(
    secret: Secret, changed: tuple[str, str, str, dict[str, object]]
) -> None:
    """A starter with older data is not taken for one with the student's own."""
    assert secret.mark(*changed) != secret.mark("c", "1", "ada", VALUES)  # type: ignore[arg-type]


def test_another_secret_gives_others() -> None:
    """Without the secret nobody can tell what a student gets."""
    one, other = Secret(b"x" * 32), Secret(b"y" * 32)
    assert one.seed("c", "1", "ada", 0) != other.seed("c", "1", "ada", 0)
    assert one.mark("c", "1", "ada", VALUES) != other.mark("c", "1", "ada", VALUES)


def test_a_secret_does_not_show_itself(secret: Secret) -> None:
    """It may stand in a traceback."""
    assert secret.key.decode() not in repr(secret)


@pytest.mark.parametrize("change", [{"student": "bob"}, {"values": {"p": (0.4, 0.6)}}, {"mark": "0" * 24}])
def test_a_changed_draw_is_seen(secret: Secret, change: dict[str, object]) -> None:
    """What was given out is what the secret made of it."""
    draw = Draw(student="ada", exercise="1", draw=0, mark=secret.mark("c", "1", "ada", VALUES), values=dict(VALUES))
    secret.check("c", draw)
    with pytest.raises(UsageError, match="not that of these data"):
        secret.check("c", draw.model_copy(update=change))


def test_white_space_around_it_does_not_count(tmp_path: Path) -> None:
    """Editors end a file with a line break."""
    path = tmp_path / "secret"
    path.write_text(f"\n{KEY}\n", encoding="utf-8")
    assert read_secret(path, ()).key == KEY.encode()


def test_short_secret_is_refused(tmp_path: Path) -> None:
    """It could be guessed."""
    path = tmp_path / "secret"
    path.write_text(f"{KEY[:31]}\n", encoding="utf-8")
    with pytest.raises(UsageError, match="has 31 characters; expected 32"):
        read_secret(path, ())


def test_long_file_is_no_secret(tmp_path: Path) -> None:
    """A wrong file is noticed."""
    path = tmp_path / "secret"
    path.write_text("x" * 4097, encoding="utf-8")
    with pytest.raises(UsageError, match="at most 4096 bytes"):
        read_secret(path, ())


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    """A link is not followed, a pipe not waited for, a folder not listed."""
    (tmp_path / "real").write_text(KEY, encoding="utf-8")
    (tmp_path / "link").symlink_to("real")
    os.mkfifo(tmp_path / "pipe")
    for name, why in (("link", "symbolic link"), ("pipe", "named pipe"), (".", "got a folder"), ("gone", "not exist")):
        with pytest.raises(UsageError, match=why):
            read_secret(tmp_path / name, ())


def test_secret_in_what_others_see_is_refused(tmp_path: Path) -> None:
    """Neither in the course nor in what is given out, be it there yet or not; a link in between changes nothing."""
    course = tmp_path / "course"
    course.mkdir()
    (course / "secret").write_text(KEY, encoding="utf-8")
    (tmp_path / "way").symlink_to(course)
    for path in (course / "secret", tmp_path / "way" / "secret", course / "data" / ".." / "secret"):
        with pytest.raises(UsageError, match="which others get to see"):
            read_secret(path, (course,))
    with pytest.raises(UsageError, match="which others get to see"):
        read_secret(tmp_path / "out" / "secret", (course, tmp_path / "out"))
    assert read_secret(course / "secret", (tmp_path / "out",)).key == KEY.encode()
