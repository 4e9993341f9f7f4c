"""Cells, probes and evidence of well-meaning students."""

from __future__ import annotations

import math
import signal
from typing import Any, Never

import numpy as np
import pytest

from grader.judge.arguments import build_argument
from grader.judge.content import plain_value
from grader.model import Call, Cell, Probe, Submission, SubmittedFile, TableArgument
from grader.sandbox import Sandbox, file_evidence
from grader.sandbox.box.kernel import Kernel
from grader.sandbox.execution import schedule_probes
from tests.sandbox.conftest import Run


def test_answers_of_a_tagged_exercise_are_read_before_later_exercises(run_full: Run) -> None:
    """An answer is read after the last cell of its exercise, so that later work cannot overwrite it."""
    cells = (
        Cell(index=0, kind="code", source="a = 1", exercise="1"),
        Cell(index=1, kind="code", source="a = 2", exercise="2"),
        Cell(index=2, kind="code", source="a = 3"),
    )
    assert run_full(*cells).answers["a"].value.value == "1"


def test_answers_given_in_a_cell_without_a_tag_are_found(run_full: Run) -> None:
    """Students add cells, and new cells have no tags: what is still as in the starter is read again at the end."""
    cells = (
        Cell(index=0, kind="code", source="a = ...\ndef f(x): ...", exercise="1"),
        Cell(index=1, kind="code", source="a = 2\ndef f(x): return x"),
    )
    evidence = run_full(*cells, calls=[(1.0,)])
    assert evidence.answers["a"].value.value == "2"
    assert evidence.answers["f"].calls[0].value.value == "0x1.0000000000000p+0"


def test_answers_read_before_a_death_are_kept(run_full: Run) -> None:
    """A cell that ends the process costs what comes after the exercise's last cell, not what was read before."""
    cells = (
        Cell(index=0, kind="code", source="a = 1", exercise="1"),
        Cell(index=1, kind="code", source="import os; os._exit(1)\nb = 1"),
    )
    evidence = run_full(*cells)
    assert evidence.answers["a"].value.value == "1"
    assert evidence.answers["b"].lost.cause == "exited"


def test_untagged_answers_are_read_at_the_end(run_full: Run) -> None:
    """Without tags the last value counts."""
    assert run_full("a = 1", "a = 2").answers["a"].value.value == "2"


def test_error_is_reported_with_its_line(run_full: Run) -> None:
    """A cell that raises keeps what it bound before, and the evidence has the error's name, text and line."""
    evidence = run_full("a = 1\n\n1 / 0\nb = 2")
    assert evidence.answers["a"].value.value == "1"
    error = evidence.cells[0].error
    assert (error.error, error.message, error.line) == ("ZeroDivisionError", "division by zero", 3)
    assert evidence.answers["b"].lost.cause == "raised"


def test_syntax_error_is_a_students_error(run_full: Run) -> None:
    """A cell that does not compile is a cell that raised; others run."""
    evidence = run_full("a = = 1", "b = 2")
    assert evidence.cells[0].error.error == "SyntaxError"
    assert evidence.answers["b"].value.value == "2"


def test_sum_of_twenty_thousand_terms_does_not_break_the_kernel(run_full: Run) -> None:
    """IPython itself gives up on some cells; the student is told, the next cell runs."""
    evidence = run_full("a = " + "+".join(["1"] * 20_000), "b = 2")
    assert evidence.cells[0].status == "raised"
    assert evidence.answers["b"].value.value == "2"


def test_magics_display_and_plots_work(full_box: Sandbox, make_submission: Any) -> None:
    """What works in a notebook works here: magics, shell escapes, rich output, plt.show()."""
    cells = [
        "%matplotlib inline\nimport matplotlib.pyplot as plt",
        "plt.plot([1, 2]); plt.show()",
        "!echo from the shell",
        "%timeit -n1 -r1 1 + 1",
        "from IPython.display import display, Markdown\ndisplay(Markdown('**bold**'))\n41 + 1",
    ]
    execution = full_box.run(make_submission(cells), [], "0" * 64)
    assert [cell.status for cell in execution.evidence.runs[0].cells] == ["ok"] * 5
    outputs = execution.notebooks["ada.ipynb"].cells
    assert outputs[2].outputs[0]["text"].strip() == "from the shell"
    assert outputs[4].outputs[0]["data"]["text/markdown"] == "**bold**"
    assert outputs[4].outputs[1]["data"]["text/plain"] == "42"


def test_functions_are_called_with_fresh_writable_arrays(run_full: Run) -> None:
    """A student may sort in place; the next call has its own inputs."""
    code = "def f(p):\n    p.sort()\n    p[0] += 1\n    return p"
    evidence = run_full(code, calls=[((3.0, 1.0),), ((3.0, 1.0),)])
    first, second = evidence.answers["f"].calls
    assert first == second
    assert [float.fromhex(text) for text in first.value.values] == [2.0, 3.0]


def test_two_runs_give_the_same_evidence(full_box: Sandbox, make_submission: Any) -> None:
    """Memory addresses and the like do not reach the evidence."""
    submission = make_submission(["a = {3, 1, 2}", "raise ValueError(object())", "def f(x): raise KeyError(object())"])
    probes = [Probe(name="a", exercise="1"), Probe(name="f", exercise="1")]
    first, second = (full_box.run(submission, probes, "0" * 64).evidence for _ in range(2))
    assert first.model_dump_json() == second.model_dump_json()
    assert "0x…" in first.runs[0].cells[1].error.message


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("a = 1\nb: int = 2\nc += 1\nfor _ in x:\n    d, (e, f) = y", {"a", "b", "c", "d", "e", "f"}),
        ("a = ...\nb = None\ndef c(p):\n    '''Doc.'''\n    ...\n", set()),
        ("def c(p):\n    return p\nif (d := 1): pass", {"c", "d"}),
        ("def c(p:\n  a = 1", {"c", "a"}),
    ],
)
def test_attempted_names(source: str, names: Any) -> None:
    """Names bound to something are attempted; what the starter left is not; broken code is read line by line."""
    assert file_evidence.find_attempted(source) == names


def test_probes_of_an_exercise_without_cells_wait_for_the_end() -> None:
    """Where no cell carries the exercise's tag, its answers are read at the end of the file."""
    file = SubmittedFile("a.ipynb", "notebook", "", (Cell(0, "code", "1", exercise="1"),))
    probes = [Probe(name="a", exercise="1"), Probe(name="b", exercise="2")]
    assert schedule_probes(file, probes) == {0: [probes[0]], -1: [probes[1]]}


def test_executed_notebook_is_valid(full_box: Sandbox, make_submission: Any) -> None:
    """The notebook that is kept has the form that Jupyter reads, whatever its cells did."""
    import nbformat

    cells = ["1 + 1", "1 / 0", "print('x')", Cell(index=3, kind="markdown", source="# text", tags=("ex1",))]
    notebook = full_box.run(make_submission(cells), [], "0" * 64).notebooks["ada.ipynb"]
    nbformat.validate(notebook)
    assert [output.output_type for cell in notebook.cells[:3] for output in cell.outputs] == [
        "execute_result", "error", "stream",
    ]  # fmt: skip


def test_functions_are_called_with_everything_that_a_probe_can_send(run_full: Run) -> None:
    """Scalars keep their types, arrays theirs, lists and dicts are new, and a function can be called."""
    code = """
def f(kind, value):
    value = value(0.5) if kind == "function" else value
    return f"{type(value).__name__} {getattr(value, 'dtype', '')} {value!r}"
"""
    given = {
        "float": 2.0, "int": 2, "bool": True, "none": None, "odd": math.inf, "complex": 1j, "vector": [1, 2],
        "cube": np.zeros((1, 1, 1)), "ints": np.array([1]), "list": ["a", [0.5]], "dict": {"a": 1},
    }  # fmt: skip
    calls = [(kind, build_argument(value)) for kind, value in given.items()]
    calls.append(("function", build_argument("lambda t: np.exp(0 * t) + math.floor(t)", "function")))
    results = run_full(code, calls=calls).answers["f"].calls
    assert [result.value.value for result in results] == [
        "float  2.0", "int  2", "bool  True", "NoneType  None", "float  inf", "complex  1j",
        "ndarray float64 array([1., 2.])", "ndarray float64 array([[[0.]]])", "ndarray int64 array([1])",
        "list  ['a', array([0.5])]", "dict  {'a': 1}", "float64 float64 np.float64(1.0)",
    ]  # fmt: skip


def test_functions_are_called_in_the_context_of_their_notebook(run_full: Run) -> None:
    """Precision, error handling and context variables that a cell sets hold where its functions are called."""
    cells = (
        "import contextvars, decimal\nv = contextvars.ContextVar('v'); v.set(2)\ndecimal.getcontext().prec = 3",
        "import numpy as np\nnp.seterr(divide='raise')",
        "def f(x): return f'{v.get()} {decimal.Decimal(1) / 7} {np.geterr()[\"divide\"]}'",
    )
    assert run_full(*cells, calls=[(1.0,)]).answers["f"].calls[0].value.value == "2 0.143 raise"


@pytest.mark.parametrize("kind", ["ThreadPoolExecutor", "ProcessPoolExecutor"])
def test_a_script_leaves_its_executor_to_its_functions(full_box: Sandbox, kind: str) -> None:
    """A script that ended has done all its work, and a function that is called later may have more."""
    source = (
        f"from concurrent.futures import {kind}\nexecutor = {kind}(1)\n"
        "job = executor.submit(pow, 2, 5)\njob.add_done_callback(lambda job: globals().update(a=job.result()))\n"
        "def f(x): return executor.submit(pow, x, 2).result()\n"
    )
    file = SubmittedFile(name="ada.py", style="script", sha256="0" * 64, cells=(Cell(0, "code", source),))
    probes = [Probe(name="a", exercise="1"), Probe(name="f", exercise="1", calls=(Call(args=(3.0,)),))]
    run = full_box.run(Submission(student="ada", files=(file,), sha256="1" * 64), probes, "0" * 64).evidence.runs[0]
    assert run.cells[0].status == "ok"
    assert run.answers["a"].value.value == "32"
    assert plain_value(run.answers["f"].calls[0].value) == 9.0


@pytest.mark.parametrize(
    "made",
    [
        "import numpy as np\nf = np.poly1d([1.0, 0.5])",
        "import sympy\nx = sympy.Symbol('x')\nf = sympy.Lambda(x, x + sympy.Rational(1, 2))",
        "from scipy.interpolate import interp1d\nf = interp1d([0, 9], [0.5, 9.5])",
    ],
)
def test_what_can_be_called_is_called(run_full: Run, made: str) -> None:
    """A polynomial, a symbolic function and an interpolation are functions where one is asked for."""
    answer = run_full(made, calls=[(2.0,)]).answers["f"]
    assert answer.value.type == "callable"
    assert plain_value(answer.calls[0].value) == 2.5


def test_arguments_that_cannot_be_built_say_so(run_full: Run) -> None:
    """A table needs pandas, which this course does not offer: the student's function is not to blame."""
    calls = [(TableArgument(columns=()),), (1.0,)]
    first, second = run_full("def f(x): return x", calls=calls).answers["f"].calls
    assert first.error == "ArgumentsError"
    assert second.value.value == (1.0).hex()


def test_an_interrupt_at_any_moment_of_a_look_is_a_look_that_took_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """An interrupt that comes while another failure is described does not end the process."""

    def interrupt(*_: object) -> Never:
        raise KeyboardInterrupt

    kernel = Kernel.__new__(Kernel)
    monkeypatch.setattr(kernel, "_reduce", interrupt, raising=False)
    before = signal.getsignal(signal.SIGINT)
    try:
        assert kernel._look(1.0)["why"] == "timed_out"
    finally:
        signal.signal(signal.SIGINT, before)
