"""What a figure lacks is seen alike in a live figure and in what the sandbox made of it."""

from __future__ import annotations

from typing import Any

import pytest
from matplotlib.figure import Figure as LiveFigure

from grader.judge.plain import plain_of
from numgrade_student.figures import ASPECTS, list_figure_faults
from numgrade_student.plain import Figure, take_plain
from tests.conftest import reduce

LABELS = "The axes of f have no labels. Add them, with the unit: ax.set_xlabel('…') and ax.set_ylabel('…')."
Y_LABEL = "The y axis of f has no label. Add one, with the unit: ax.set_ylabel('…')."
LEGEND = "f does not say which curve is which."
EMPTY = "f has no lines: draw the curves with plot before you assign the figure."


def draw(*, curves: int = 2, labels: str = "xy", legend: bool = True, title: str = "") -> Any:
    """Return axes with some curves and some of the words that a reader needs."""
    axes = LiveFigure().subplots()
    for number in range(curves):
        axes.plot([0, 1], [number, 1], label=f"curve {number}")
    axes.set(**{f"{axis}label": "θ" for axis in labels}, title=title)
    if legend:
        axes.legend()
    return axes


def with_shared_words() -> Any:
    """Return a figure whose legend and labels belong to all of its panels."""
    figure = LiveFigure()
    for axes in figure.subplots(1, 2):
        axes.plot([0, 1], [0, 1], label="a")
    figure.supxlabel("θ")
    figure.supylabel("nats")
    figure.legend(["a", "b"])
    return figure


@pytest.mark.parametrize(
    ("figure", "faults"),
    [
        (draw(), []),
        (draw(labels=""), [LABELS]),
        (draw(labels="x"), [Y_LABEL]),
        (draw(legend=False), [LEGEND]),
        (draw(legend=False, labels="x"), [Y_LABEL, LEGEND]),
        (draw(curves=1, legend=False), [LEGEND]),
        (draw(curves=1, legend=False, title="tv"), []),
        (draw(curves=0, legend=False), [EMPTY]),
        (with_shared_words(), []),
    ],
)
def test_what_a_figure_lacks(figure: Any, faults: list[str]) -> None:
    """Labels and legend, where they are asked for; a figure that draws nothing lacks that alone."""
    for plain in (take_plain(figure), plain_of(reduce(figure))):
        assert isinstance(plain, Figure)
        found = list(list_figure_faults("f", plain, ASPECTS))
        assert len(found) == len(faults)
        assert all(one.startswith(fault) for one, fault in zip(found, faults, strict=True))
        assert list(list_figure_faults("f", plain, ())) == [fault for fault in faults if fault == EMPTY]
