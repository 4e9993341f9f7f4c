"""Figures are drawn in a process of their own: whatever drawing does, nothing of it is left behind here."""

from __future__ import annotations

import base64
import os
import time
from collections.abc import Callable
from typing import Any

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from grader.sandbox.box import pictures
from grader.sandbox.box.pictures import Painter, Picture

PNG = b"\x89PNG\r\n\x1a\n"


def build_figure(draw: Callable[[], object] = lambda: None) -> Figure:
    """Return a figure of one curve that calls `draw` when it is drawn."""

    class Drawn(Figure):
        def draw(self, renderer: Any) -> None:
            draw()
            super().draw(renderer)

    figure = Drawn()
    FigureCanvasAgg(figure)
    figure.subplots().plot([0.0, 1.0])
    return figure


def test_a_figure_becomes_a_picture() -> None:
    """A whole PNG in base64."""
    picture = Painter().draw(build_figure())
    assert isinstance(picture, Picture)
    assert base64.b64decode(picture, validate=True).startswith(PNG)


def fail() -> None:
    """Fail, as a label that is no TeX does."""
    raise ValueError("no TeX")


@pytest.mark.parametrize(
    "draw", [fail, lambda: os._exit(3), lambda: os.kill(os.getpid(), 9), lambda: os.closerange(3, 100)], ids=range(4)
)
def test_a_figure_that_cannot_be_drawn_has_no_picture(draw: Callable[[], object]) -> None:
    """However its drawing ends."""
    assert Painter().draw(build_figure(draw)) is None


def test_an_empty_figure_has_no_picture() -> None:
    """There is nothing to see."""
    assert Painter().draw(Figure()) is None


def test_a_figure_that_is_never_done_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """And takes the time of all that come after it."""
    monkeypatch.setattr(pictures, "TIME_S", 0.2)
    painter = Painter()
    assert painter.draw(build_figure(lambda: time.sleep(3600))) is None
    monkeypatch.setattr(pictures, "_draw_apart", lambda *_: pytest.fail("no time is left"))
    assert painter.draw(build_figure()) is None


def test_drawing_changes_nothing_here(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a value nor the output; no process is left."""
    seen: list[int] = []
    forked: list[int] = []
    fork = os.fork

    def draw() -> None:
        seen.append(1)
        os.write(1, b"past Python")

    def note_fork() -> int:
        forked.append(fork())
        return forked[-1]

    monkeypatch.setattr(os, "fork", note_fork)
    assert Painter().draw(build_figure(draw)) is not None
    assert seen == []
    assert capfd.readouterr().out == ""
    (pid,) = forked
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_picture_that_is_too_large_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """On both sides of the pipe."""
    monkeypatch.setattr(pictures, "MOST_BYTES", 1000)
    assert Painter().draw(build_figure()) is None
    reader, writer = os.pipe()
    os.write(writer, b"x" * 5000)
    assert pictures._read_until(reader, time.monotonic() - 1) == b""  # however much there is, its time is over
    assert len(pictures._read_until(reader, time.monotonic() + 60)) == 5000  # one read, and no more
    os.close(reader)
    os.close(writer)


def test_so_many_pictures_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a notebook."""
    monkeypatch.setattr(pictures, "_draw_apart", lambda *_: PNG + b"IEND\xaeB`\x82")
    painter = Painter()
    drawn = [painter.draw(None) for _ in range(pictures.MOST + 1)]
    assert drawn[-1] is None
    assert None not in drawn[:-1]


def test_without_a_process_more_there_is_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    """The record says that there was a figure."""

    def refuse() -> int:
        raise BlockingIOError

    monkeypatch.setattr(os, "fork", refuse)
    assert Painter().draw(build_figure()) is None
