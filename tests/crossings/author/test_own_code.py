"""A course's own Python, as authors write it and as nobody should: it ends neither validation nor a report."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader import pipeline
from grader.cli.app import main
from grader.judge import bounds
from grader.model import Report
from grader.validate import validate_course
from grader.validate.evidence import build_evidence, collect_answers
from grader.validate.harness import list_results
from tests.conftest import replace

SUMS = "reference/sums.py"
TOTAL = "sums-total.total"  # a check
ONE = "reference/exercise1.py"
RULES = "reference/rules.py"
THEOREMS = "reference/invariants.py"
ONE_MORE = "    return ex1_value() + 1\n"
RIGHT = {"ex1_value": 6.0, "ex1_double": 12.0, "ex1_gap": 6.0, "ex1_grid": [1.0, 4.0], "total": 7.0, "order": "area"}


def say(folder: Path) -> list[str]:
    """Return what validation says, without mutants."""
    return [f"{issue.where}: {issue.message}" for issue in validate_course(folder, mutate=False).issues]


# ---------------------------------------------------------------- what works


def test_a_reference_may_read_files_beside_itself(small: Path) -> None:
    """`__file__` is the real path, in the copies that mutants are made of as well."""
    (small / "reference" / "one.txt").write_text("1", "utf-8")
    reading = 'ONE = float((Path(__file__).parent / "one.txt").read_text())'
    replace(small / SUMS, "def total():", f"{reading}\n\n\ndef total():")
    replace(small / SUMS, "from .exercise1", "from pathlib import Path\n\nfrom .exercise1")
    replace(small / SUMS, ONE_MORE, "    return ex1_value() + ONE\n")
    issues = validate_course(small).issues
    assert [issue for issue in issues if issue.code != "mutant.alive"] == []


def test_a_reference_may_be_a_package_with_constants_dataclasses_and_packages(small: Path) -> None:
    """Names of `__init__.py`, dataclasses with annotations as text, and packages inside work in mutants' copies too."""
    (small / "reference" / "__init__.py").write_text("ONE = 1.0\n", "utf-8")
    inner = small / "reference" / "inner"
    inner.mkdir()
    (inner / "__init__.py").write_text("from .numbers import Number\nfrom .. import ONE\n", "utf-8")
    source = "from __future__ import annotations\n\nfrom dataclasses import dataclass\n\n\n"
    (inner / "numbers.py").write_text(f"{source}@dataclass\nclass Number:\n    value: float\n", "utf-8")
    replace(small / SUMS, "from .exercise1", "from . import ONE, inner\nfrom .exercise1")
    replace(small / SUMS, ONE_MORE, "    return ex1_value() + inner.Number(ONE).value\n")
    assert validate_course(small).issues == ()


def test_what_a_reference_prints_is_no_part_of_the_result(small: Path) -> None:
    """Printed lines go to standard error, so that JSON on standard output stays JSON."""
    replace(small / SUMS, "def total():\n", 'print("loaded")\n\n\ndef total():\n    print("asked")\n')
    result = CliRunner().invoke(main, ["validate", "--course", str(small), "--exercise", "sums", "--json", "-"])
    assert json.loads(result.stdout)["exercises"] == ["sums"]
    assert "loaded" in result.stderr
    assert "asked" in result.stderr


# ---------------------------------------------------------------- what does not end


def test_a_function_that_never_ends_is_a_problem(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line at which it was stopped is named."""
    monkeypatch.setattr(bounds, "SECONDS", 2.0)
    replace(small / SUMS, ONE_MORE, "    while True:\n        pass\n")
    (said,) = say(small)
    assert said.startswith((f"{SUMS}:7: total: took longer than 2 s", f"{SUMS}:8: total: took longer than 2 s"))


def test_a_module_that_never_ends_is_a_problem(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Imports are bounded as well, for every command that runs the course's code."""
    monkeypatch.setattr(bounds, "IMPORT_SECONDS", 2.0)
    replace(small / "reference/rules.py", "def squares(", "while True:\n    pass\n\n\ndef squares(")
    (said,) = say(small)
    assert "reference/rules.py:" in said
    assert "took longer than 2 s" in said


def test_a_function_without_end_of_memory_is_a_problem(small: Path) -> None:
    """What asks for too much memory is stopped, and named."""
    replace(small / SUMS, ONE_MORE, "    return len(bytearray(1 << 40))\n")
    (said,) = say(small)
    assert said.startswith(f"{SUMS}:7: total: ")


def test_an_exception_of_the_authors_own_is_a_problem(small: Path) -> None:
    """Also one that is no `Exception`, and one that cannot say anything."""
    classes = "class Odd(BaseException):\n    def __str__(self):\n        raise ValueError\n\n\n"
    replace(small / SUMS, "def total():", f"{classes}def total():")
    replace(small / SUMS, ONE_MORE, "    raise Odd\n")
    assert say(small) == [f"{SUMS}:12: total: raised Odd"]


def test_what_is_drawn_when_a_module_is_loaded_is_a_problem(small: Path) -> None:
    """Asked twice it is the same; loaded twice, as for a mutant, it is not."""
    replace(small / SUMS, "def total():", "import random\n\nNOISE = random.random()\n\n\ndef total():")
    replace(small / SUMS, ONE_MORE, "    return ex1_value() + 1 + 1e-6 * NOISE\n")
    said = [(issue.where, issue.message) for issue in validate_course(small).issues]
    assert [where for where, _ in said] == [f"{SUMS}:1"]
    assert "gives other answers when it is loaded again" in said[0][1]


def test_a_crash_of_the_interpreter_leaves_its_place(small: Path) -> None:
    """No exception comes of it, and nothing can be reported; standard error has the line, and the status is not 0."""
    replace(small / SUMS, ONE_MORE, "    import ctypes\n\n    ctypes.string_at(0)\n")
    done = subprocess.run(
        [sys.executable, "-m", "grader", "validate", "--course", str(small)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert f'{SUMS}", line 9 in total' in done.stderr


# ---------------------------------------------------------------- while a student is judged


def perimeter(width: float, height: float) -> float:
    """Return what the second known mistake gives."""
    return 2 * (width + height)


def judge(folder: Path, **changed: object) -> Report:
    """Judge a student who has everything right but what is `changed`; the course itself is loaded as for grading."""
    ready = pipeline.load_grader(folder)
    answers = collect_answers(ready.probes, {**RIGHT, "ex1_area": lambda width, height: width * height, **changed})
    return pipeline.judge(ready, build_evidence(answers))


def outcomes(report: Report) -> dict[str, str]:
    """Return the outcome of every check by its id."""
    return {name: check.outcome for name, check in list_results(report).items()}


@pytest.mark.parametrize(
    ("edit", "changed", "check"),
    [
        ((SUMS, "    return value + 1", "    return [value, 'x']"), {"ex1_value": 5.0, "total": 1.0}, TOTAL),
        ((SUMS, "    return value + 1", "    raise KeyError(value)"), {"ex1_value": 5.0, "total": 1.0}, TOTAL),
        ((SUMS, "    return value + 1", "    return {}"), {"ex1_value": 5.0, "total": 1.0}, TOTAL),
        ((SUMS, "    return value + 1", "    raise SystemExit"), {"ex1_value": 5.0, "total": 1.0}, TOTAL),
        ((SUMS, ONE_MORE, "    raise RuntimeError\n"), {}, TOTAL),
        ((SUMS, ONE_MORE, "    return 'seven'\n"), {}, TOTAL),
        ((SUMS, ONE_MORE, "    return [[1, 2], [3]]\n"), {}, TOTAL),
        ((SUMS, '    return "area"', "    return 7"), {}, "sums-total.order"),
        ((ONE, "    return double - value", "    return {}[value]"), {}, "1b.ex1_gap"),
        ((ONE, "    return double - value", "    return 'no'"), {}, "1b.ex1_gap"),
        ((ONE, "    return A * B / 2", '    return {}["x"]'), {"ex1_value": 5.0}, "1a.ex1_value"),
        ((ONE, "    return width * height / 2", "    return {}"), {"ex1_area": max}, "1a.ex1_area"),
        ((RULES, "    return 0\n", "    return 99\n"), {"ex1_area": perimeter}, "1a.ex1_area"),
        ((RULES, "    return 0\n", "    return 1 / 0\n"), {"ex1_area": perimeter}, "1a.ex1_area"),
        ((RULES, "    roots =", "    roots = 1 / 0\n    roots ="), {}, "1b.ex1_grid"),
        ((RULES, '{"share": 1,', '{"share": 2,'), {}, "1b.ex1_grid"),
        ((RULES, '{"share": 1,', '{"share": object(),'), {}, "1b.ex1_grid"),
        ((THEOREMS, "return None if", "return 7 if"), {}, "1a.scaling"),
        ((THEOREMS, "return None if", "return 1 / 0 if"), {}, "1a.scaling"),
    ],
)  # fmt: skip
def test_a_check_is_ungraded_where_the_authors_code_fails(
    small: Path, edit: tuple[str, str, str], changed: dict[str, object], check: str
) -> None:
    """Never a zero, and never more than this check: the others are judged."""
    file, old, new = edit
    replace(small / file, old, new)
    report = judge(small, **changed)
    found = outcomes(report)
    assert found[check] == "ungraded"
    assert [name for name, outcome in found.items() if outcome == "ungraded"] == [check]


def test_a_curve_that_gives_no_number_leaves_its_check_ungraded(small: Path) -> None:
    """A figure is judged by the reference's curve; where that gives a text, nobody loses points."""
    from grader.judge.drawn import draw_figure
    from grader.judge.rules.figure import FigureCheck

    ready = pipeline.load_grader(small)
    checks = [one for one in ready.course.exercises[0].parts[1].checks if isinstance(one, FigureCheck)]
    figure = draw_figure(checks, lambda _name: lambda width: 3 * width)
    replace(small / "reference/exercise1.py", "    return width * B", "    return 'far'")
    assert outcomes(judge(small, ex1_figure=figure))["1b.line"] == "ungraded"


def test_a_consequence_that_never_ends_leaves_its_check_ungraded(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is worked out from a student's own values is bounded while students are judged."""
    monkeypatch.setattr(bounds, "SECONDS", 1.0)
    replace(small / SUMS, "    return value + 1", "    while True:\n        pass")
    assert outcomes(judge(small, ex1_value=5.0, total=1.0))[TOTAL] == "ungraded"


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (SUMS, ONE_MORE, "    os._exit(0)\n", f"{SUMS}:9: total"),
        (SUMS, "def total():", "os._exit(0)\n\n\ndef total():", f"{SUMS}:8: (file)"),
        (RULES, "    roots =", "    os._exit(0)\n    roots =", f"{RULES}:10: squares"),
        (THEOREMS, "return None if", "os._exit(0) if", f"{THEOREMS}:10: scaling"),
    ],
)  # fmt: skip
def test_code_that_ends_the_interpreter_is_a_problem(small: Path, file: str, old: str, new: str, said: str) -> None:
    """`os._exit` would end the command with status 0, as if all were well."""
    replace(small / file, old, new)
    path = small / file
    first, newline, rest = path.read_text("utf-8").partition("\n")
    path.write_text(f"{first}{newline}\nimport os{newline}{rest}", "utf-8")
    assert set(say(small)) == {f"{said}: calls os._exit, which ends the grader: expected it to return or to raise"}
