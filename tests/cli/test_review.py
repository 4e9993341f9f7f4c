"""`grader review`: what it refuses before it serves, and what it says when it does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from grader.cli import choice, main
from grader.gradebook import Gradebook
from tests.gradebook.conftest import NOON, build_report


@pytest.fixture
def run(tiny_grader: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Return a function that runs the command with a server that ends at once."""
    from grader.review import server

    monkeypatch.setattr(choice, "choose_course", lambda *_: tmp_path)
    monkeypatch.setattr(choice, "load_course", lambda _: tiny_grader.course)
    monkeypatch.setattr(
        server, "serve", lambda _course, _book, settings, announce: announce(settings.markers[0], "http://x")
    )
    with Gradebook.open(f"sqlite:///{tmp_path / 'g.db'}") as book:
        record(book, NOON)

    def call(*arguments: str) -> Any:
        return CliRunner().invoke(main, ["review", "--db", f"sqlite:///{tmp_path / 'g.db'}", *arguments])

    return call


def record(book: Gradebook, moment: datetime) -> None:
    """Record a report of another version of the course."""
    book.record(build_report(), moment, "ada.py")


def test_link_is_printed(run: Callable[..., Any]) -> None:
    """For whom, and how to end; and that the work of one student cannot be shown."""
    done = run("--marker", "eve", "--marker", " bo ", "--marker", "eve")
    assert done.exit_code == 0, done.output
    assert "For eve, to be opened once: http://x\n" in done.stdout
    assert "the work of 1 student was judged by another version of the course" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "expected --marker NAME"),
        (("--accounts", "x"), "missing: --origin URL"),
        (("--host", "0.0.0.0", "--origin", "https://a.example"), "missing: --accounts FILE"),  # noqa: S104 - refused
        (
            ("--accounts", "x", "--origin", "https://a.example"),
            "--tls-key FILE (or --behind-proxy, or --socket)",
        ),
        (("--socket", "x"), "missing: --accounts FILE"),
        (("--accounts", "x", "--origin", "https://a.example", "--behind-proxy", "--socket", "x"), "where does the"),
        (("--accounts", "x", "--origin", "https://a.example", "--socket", "x", "--tls-cert", "x"), "one of the two"),
        (("--accounts", "x", "--origin", "https://a.example", "--tls-cert", "x"), "missing: --tls-key FILE"),
        (("--accounts", "x", "--origin", "https://a.example", "--behind-proxy", "--tls-key", "x"), "one of the two"),
        (
            ("--accounts", "x", "--origin", "https://a.example", "--behind-proxy", "me"),
            "--behind-proxy me: expected an",
        ),
        (("--accounts", "x", "--origin", "http://a.example", "--behind-proxy"), "--origin http://a.example: expected"),
        (("--accounts", "/none", "--origin", "https://a.example", "--behind-proxy"), "/none cannot be read"),
        (("--accounts", "x", "--marker", "eve"), "each marks under their own"),
        (("--marker", " "), "expected a name"),
        (("--marker", "eve", "--host", "0.0.0.0"), "accounts and TLS"),  # noqa: S104 - refused
        (("--marker", "eve", "--twice", "101"), "0<=x<=100"),
    ],
)
def test_what_cannot_work_is_refused(run: Callable[..., Any], arguments: tuple[str, ...], message: str) -> None:
    """Status 2, before anything is served."""
    done = run(*arguments)
    assert (done.exit_code, message in done.stderr) == (2, True), done.output


def test_accounts_and_tls_let_others_in(run: Callable[..., Any], tmp_path: Path, monkeypatch: Any) -> None:
    """What is served then has no markers of its own, and any address of this machine."""
    from grader.review import server
    from grader.review.accounts import set_password

    set_password(tmp_path / "accounts", "eve", "four words drawn at random")
    served: list[Any] = []
    monkeypatch.setattr(server, "serve", lambda *what: served.append(what[2]) or what[3]("", "https://a.example/"))
    options = ("--accounts", str(tmp_path / "accounts"), "--origin", "https://a.example")
    done = run(*options, "--behind-proxy", "192.0.2.80", "--host", "0.0.0.0")  # noqa: S104 - what is tested
    assert (done.exit_code, "For who has an account: https://a.example/\n" in done.stdout) == (0, True), done.output
    (settings,) = served
    assert (settings.markers, settings.host, settings.public.proxy) == ((), "0.0.0.0", "192.0.2.80")  # noqa: S104
    assert list(settings.public.accounts.passwords) == ["eve"]
    name = run(*options, "--behind-proxy", "--host", "marks.example.org")
    assert (name.exit_code, "--host marks.example.org: expected an address" in name.stderr) == (2, True)


def test_gradebook_has_to_be_there(run: Callable[..., Any], tmp_path: Path) -> None:
    """None is made by looking for texts to mark."""
    done = run("--marker", "eve", "--db", f"sqlite:///{tmp_path / 'none.db'}")
    assert done.exit_code == 2
    assert not (tmp_path / "none.db").exists()


def test_missing_extra_is_named(run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """With what installs it."""
    import sys

    for name in [*sys.modules]:
        if name.partition(".")[0] in {"starlette", "uvicorn"} or name.startswith("grader.review"):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    done = run("--marker", "eve")
    assert done.exit_code == 2
    assert "pip install 'numgrade[review]'" in done.stderr
