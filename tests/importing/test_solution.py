"""The instructor's solution as a module of the reference."""

from __future__ import annotations

from typing import Any

from grader.importing.solution import build_reference, find_definitions, read_statements
from grader.importing.suggest import suggest_answers
from tests.importing.conftest import ask, code, from_nbgrader, graded, solution


def build(source: str, *tests: str, texts: dict[str, str] | None = None) -> str:
    """Return the module for a question with this solution."""
    question = ask(source, *tests)
    cells = (solution(source), *(graded(test, name=f"t{number}") for number, test in enumerate(tests)))
    statements, _ = read_statements(from_nbgrader(*cells), texts or {})
    return build_reference("It is so.", statements, suggest_answers(question, find_definitions(question), "answer"))


def run(module: str) -> dict[str, Any]:
    """Return the names of a module."""
    names: dict[str, Any] = {"__file__": "/course/reference/x.py"}
    exec(compile(module, "x", "exec"), names)  # noqa: S102 - our own text
    return names


def test_a_function_is_taken_over_as_it_is_written() -> None:
    """With what it calls and imports, and nothing else."""
    functions = "def g(x):\n    return math.sin(x)  # why\n\ndef f(x):\n    return g(x)\n\ndef h():\n    pass"
    source = f"import math\nimport os\n\n{functions}\nf(3)"
    module = build(source, "assert f(0) == 0")
    assert "    return math.sin(x)  # why\n" in module
    assert "import os" not in module
    assert "def h" not in module
    assert run(module)["f"](0) == 0


def test_values_are_computed_by_the_cells_in_their_order() -> None:
    """What no answer depends on is left out: plots, prints, other variables."""
    source = "a = [1]\nb = 5\na.append(2)\nprint(a)\nx = sum(a)\nx += 1\na.plot()"
    module = build(source, "assert x == 4")
    assert "print" not in module
    assert "plot" not in module
    assert "b = 5" not in module
    assert run(module)["x"]() == 4


def test_a_function_that_reads_variables_stays_among_them() -> None:
    """And is called through them, with its own arguments."""
    module = build("g = 2\ndef f(t):\n    return g * t", "assert f(1) == 2")
    assert run(module)["f"](3) == 6


def test_a_seed_stays_with_what_is_drawn() -> None:
    """Else the reference would change from call to call."""
    module = build("import numpy as np\nnp.random.seed(1)\nx = np.random.normal(0, 1, 2)", "assert x == [1, 2]")
    names = run(module)
    assert names["x"]().tolist() == names["x"]().tolist()


def test_labels_are_given_as_plain_data() -> None:
    """A series as a dict; a table by columns."""
    module = build(
        "import pandas as pd\nt = pd.DataFrame({'a': ['b']})\ns = t['a']", "assert t['a'].all()", "assert s['c'] == 1"
    )
    names = run(module)
    assert (names["t"](), names["s"]()) == ({"a": {0: "b"}}, {0: "b"})


def test_what_is_observed_is_worked_out_from_the_solution() -> None:
    """The first values of a generator; the result of a function that reads variables."""
    module = build("n = 3\ndef f():\n    yield n\n    yield 4", "g = f()\nassert next(g) == 3\nassert next(g) == 4")
    assert run(module)["f_values"]() == [3, 4]


def test_files_are_read_from_the_course() -> None:
    """By the path of the course's data, whatever folder one is in."""
    module = build("x = len(open('a.csv').name)", "assert x == 3", texts={"a.csv": 'str(DATA / "a.csv")'})
    assert 'DATA = Path(__file__).parents[1] / "data"' in module
    assert 'open(str(DATA / "a.csv"))' in module


def test_texts_of_several_lines_are_not_changed_by_their_place() -> None:
    """A string inside a function keeps its own lines."""
    module = build('x = """a\nb"""', "assert x == 'a'")
    assert run(module)["x"]() == "a\nb"


def test_what_is_not_python_is_said() -> None:
    """Magics are dropped; a cell of another language is not read."""
    notebook = from_nbgrader(
        code("%matplotlib inline\ny = 2"), code("%%bash\nls"), solution("x = y"), graded("assert x == 2")
    )
    statements, notes = read_statements(notebook)
    assert [one.source for one in statements] == ["pass", "y = 2", "x = y"]
    assert notes == ["nb: a cell is not Python, or too long: '%%bash\\nls'"]


def test_nothing_runs_while_a_solution_is_read() -> None:
    """Neither its statements nor its decorators."""
    source = "import os\n@os.abort\ndef f(x):\n    return os.abort()\nos.abort()\nx = os.abort()"
    assert "os.abort()" in build(source, "assert f(1) == 1", "assert x == 1")
