"""With figures drawn, the record of a run has pictures, and nothing else is another: no evidence, no other output."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import ValidationError

from grader.model import Limits, Probe, Submission
from grader.sandbox import Sandbox
from grader.sandbox.box import pictures
from grader.sandbox.client import BoxKernelClient
from grader.sandbox.messages import PICTURE_CHARS, Bundle

PLOT = "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot([1, 2], [3, 4])"
DRAWN = """
class Drawn(type(fig)):
    def draw(self, renderer):
        {}
        super().draw(renderer)
fig.__class__ = Drawn
"""
NOTEBOOKS = {
    "left open": [PLOT, "a = plt.get_fignums()", "b = len(ax.lines)"],
    "shown": [f"{PLOT}\nplt.show()\na = plt.get_fignums()"],
    "a value": [f"{PLOT}\nplt.close()\nfig"],
    "displayed": [f"{PLOT}\ndisplay(fig)\nplt.close()"],
    "svg asked for": ["%config InlineBackend.figure_format = 'svg'", PLOT],
    "inline asked for": ["%matplotlib inline", PLOT, "a = plt.get_backend()"],
    "raises": [PLOT + DRAWN.format("raise ValueError('mine')"), "a = 1"],
    "ends": [PLOT + DRAWN.format("__import__('os')._exit(1)"), "a = 1"],
    "counts": ["n = []", PLOT + DRAWN.format("n.append(1); print('drawn')"), "a = len(n)\nb = ax.get_xlim()[0]"],
    "draws random numbers": ["import numpy as np", PLOT + DRAWN.format("np.random.rand()"), "a = np.random.rand()"],
    "many": ["import matplotlib.pyplot as plt\nfor _ in range(30):\n    plt.figure().subplots().plot([1])", "a = 1"],
    "its own picture": ["from IPython.display import Image\nImage(data=b'\\x89PNG', format='png')", "a = 1"],
}


@pytest.fixture
def run_both(full_box: Sandbox, make_submission: Any) -> Callable[..., tuple[Any, Any]]:
    """Return a function that runs cells without and with figures drawn."""

    def run(cells: Sequence[str], limits: Limits | None = None) -> tuple[Any, Any]:
        submission: Submission = make_submission(cells)
        probes = [Probe(name=name, exercise="1") for name in ("a", "b", "fig")]
        done = []
        for is_drawn in (False, True):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(full_box, "_render_figures", is_drawn)
                if limits is not None:
                    patch.setattr(full_box, "_limits", limits)
                done.append(full_box.run(submission, probes, "0" * 64))
        return done[0], done[1]

    return run


def take_pictures(execution: Any) -> list[str]:
    """Take the pictures out of a run's notebook, and return them."""
    outputs = [output for cell in execution.notebooks["ada.ipynb"]["cells"] for output in cell["outputs"]]
    return [output["data"].pop("image/png") for output in outputs if "image/png" in output.get("data", {})]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_pictures_are_all_that_differs(run_both: Any, name: str) -> None:
    """Whatever drawing does: evidence is the same to the byte, and so are counts and all other outputs."""
    plain, drawn = run_both(NOTEBOOKS[name])
    assert drawn.evidence.model_dump_json() == plain.evidence.model_dump_json()
    before, found = take_pictures(plain), take_pictures(drawn)
    assert drawn.notebooks == plain.notebooks
    cells = plain.notebooks["ada.ipynb"]["cells"]
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    expected = {"raises": {0}, "ends": {0}, "its own picture": {0}, "many": range(1, pictures.MOST + 1)}
    assert len(found) - len(before) in expected.get(name, {1})  # of many, as many as there was time for


def test_pictures_are_no_output_of_the_student_s(run_both: Any) -> None:
    """However little a cell and a submission may print."""
    tight = Limits(cell_output_bytes=8000, submission_output_bytes=16_000)
    plain, drawn = run_both([PLOT, PLOT, "a = 1"], tight)
    assert drawn.evidence.model_dump_json() == plain.evidence.model_dump_json()
    found = take_pictures(drawn)
    assert len(found) == 2
    assert min(map(len, found)) > 8000
    assert drawn.notebooks == plain.notebooks


def test_no_more_pictures_are_taken_than_a_notebook_may_have() -> None:
    """The process inside is the student's: what it says of pictures is bounded outside, and ends no run."""
    sent: list[object] = []
    client = BoxKernelClient(SimpleNamespace(send=sent.append), 1_000_000, 1000)  # type: ignore[arg-type]  # a fake
    client.execute("1")
    for _ in range(pictures.MOST + 2):
        client.receive(Bundle(op="display", data={"text/plain": "x"}, picture="AAAA"))
    shown = []
    while not client.iopub_channel._messages.empty():
        shown.append(client.iopub_channel._messages.get_nowait()["content"].get("data"))
    assert [data for data in shown if data] == [
        *[{"text/plain": "x", "image/png": "AAAA"}] * pictures.MOST,
        *[{"text/plain": "x"}] * 2,
    ]


@pytest.mark.parametrize("picture", ["<img>", "A" * (PICTURE_CHARS + 1)])
def test_what_is_no_picture_ends_the_run(picture: str) -> None:
    """As does whatever else the kernel does not send."""
    with pytest.raises(ValidationError):
        Bundle(op="display", data={}, picture=picture)
