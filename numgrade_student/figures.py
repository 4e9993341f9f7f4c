"""What a figure lacks that a reader needs, whatever its curves are: labels of the axes, and which curve is which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from numgrade_student.plain import Figure, Panel

LABELS, LEGEND = "axis_labels", "legend"
ASPECTS = (LABELS, LEGEND)


def list_figure_faults(name: str, figure: Figure, asked: Iterable[str]) -> Iterator[str]:
    """Yield in a sentence each what a figure lacks; `asked` are the aspects that it is to have."""
    panels = [panel for panel in figure.panels if panel.is_drawn]
    if not panels:
        yield describe_empty(name)
    elif LABELS in asked and (axes := find_unlabelled(panels)):
        yield describe_unlabelled(name, axes, len(panels))
    if panels and LEGEND in asked and not tells_curves_apart(panels):
        yield describe_unnamed(name)


def find_unlabelled(panels: Sequence[Panel]) -> list[str]:
    """Return which of the axes, "x" and "y", some panel has no label for.

    A grid of r rows and c columns that is labelled along its outside only has c labels for x and r for y.
    """
    x_labels, y_labels = (sum(getattr(panel, f"has_{axis}_label") for panel in panels) for axis in "xy")
    if x_labels * y_labels >= len(panels):
        return []
    return [axis for axis, count in (("x", x_labels), ("y", y_labels)) if count < len(panels)]


def tells_curves_apart(panels: Sequence[Panel]) -> bool:
    """Return whether a reader knows which curve is which: by the legend, or by the title over one alone."""
    curves = sum(panel.curves for panel in panels)
    return any(panel.entries >= max(curves, 2) for panel in panels) or all(map(_tells_apart, panels))


def _tells_apart(panel: Panel) -> bool:
    return (panel.has_title or panel.entries > 0) if panel.curves == 1 else panel.entries >= 2


def describe_empty(name: str) -> str:
    """Return that nothing is drawn."""
    return f"{name} has no lines: draw the curves with plot before you assign the figure."


def describe_unlabelled(name: str, axes: Sequence[str], panels: int) -> str:
    """Return that some axes have no label."""
    which, verb = (f"{axes[0]} axis", "has no label") if len(axes) == 1 else ("axes", "have no labels")
    where = "" if panels == 1 else f" in some of its {panels} panels"
    calls = " and ".join(f"ax.set_{axis}label('…')" for axis in axes)
    return f"The {which} of {name} {verb}{where}. Add {'one' if len(axes) == 1 else 'them'}, with the unit: {calls}."


def describe_unnamed(name: str) -> str:
    """Return that a reader cannot tell the curves apart."""
    give = "Give each plot a label and call ax.legend(), or give each panel of one curve a title."
    return f"{name} does not say which curve is which. {give}"
