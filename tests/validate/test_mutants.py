"""Mutants: what each operator makes of an expression, where it looks, and that the real package stays as it is."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from grader.copies import Copy, Sources, read_sources, trace_lines
from grader.errors import CourseError
from grader.reference import Reference
from grader.validate.equivalents import Equivalent, read_equivalents
from grader.validate.harness import ExerciseHarness
from grader.validate.mutants import Mutant, change_trees, find_node, find_reached, list_mutants
from grader.validate.mutation_run import find_survivors, judge_declarations, run_mutants
from grader.validate.operators import RUNTIME, average, shift, vary, vary_result

SOURCE = '''
"""A module."""
from .other import SCALE

OFFSET = 0.5
UNUSED = 7.0


def right(x: float) -> float:
    """Return a number."""
    if x < 0:
        raise ValueError(f"x = {x}")
    return SCALE * x + OFFSET


def unused(x: float) -> float:
    return x - 1
'''
OTHER = "SCALE = 3.0\n"
Build = Callable[..., Sources]


@pytest.fixture
def build_sources(tmp_path: Path) -> Callable[..., Sources]:
    """Return a function that gives the sources of a package of two modules, `main` and `other`."""

    def build(source: str = SOURCE) -> Sources:
        package = tmp_path / "reference"
        package.mkdir(exist_ok=True)
        for name, text in (("__init__", ""), ("main", source), ("other", OTHER)):
            (package / f"{name}.py").write_text(text, encoding="utf-8")
        return read_sources(Reference(tmp_path))

    return build


def expression(text: str) -> ast.expr:
    """Return the syntax tree of an expression."""
    return ast.parse(text, mode="eval").body


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + b", {"a - b", "a", "b"}),
        ("a - b", {"a + b", "a", "-b", "b - a"}),
        ("a * b", {"a / b", "a", "b"}),
        ("a / b", {"a * b", "a", "b / a"}),
        ("a ** b", {"a"}),
        ("-a", {"a"}),
        ("~a", {"a"}),
        ("0", {"1"}),
        ("0.0", {"0.001"}),
        ("0.5", {"1.0"}),
        ("1", {"2"}),
        ("2", {"1"}),
        ("2.0", {"1.0"}),
        ("True", set()),
        ("a < b", {"a <= b"}),
        ("a >= b", {"a > b"}),
        ("a == b", {"a != b"}),
        ("f(a, b)", {"f(b, a)"}),
        ("f(a, 'a')", set()),
        ("max(0.0, a)", {"0.0", "a"}),
        ("np.where(c, a, b)", {"np.where(a, c, b)", "np.where(c, b, a)", "a", "b"}),
        ("np.clip(a, b, c)", {"np.clip(b, a, c)", "np.clip(a, c, b)", "a"}),
        ("math.log(a)", {"math.log2(a)", "math.log10(a)", "a"}),
        ("rel_entr(a, b)", {"rel_entr(b, a)", "rel_entr(a, b) / 0.6931471805599453"}),
        ("total(a)", {"_average_(a)"}),
        ("a.sum(axis=0)", {"a.mean(axis=0)", "a.sum(axis=1)"}),
        ("a[mask]", {"a"}),
        ("a & b", {"a", "b"}),
        ("{a, b}", {"{a}", "{b}"}),
    ],
)
def test_an_expression_has_these_wrong_relatives(text: str, expected: set[str]) -> None:
    """Each operator makes the mistakes that it is named for, and no others."""
    assert {ast.unparse(after) for _, after in vary(expression(text))} == expected


@pytest.mark.parametrize(
    ("text", "annotation", "expected"),
    [
        ("x", "float", {"_shift_(x)", "-x"}),
        ("0.0", "float", {"_shift_(0.0)"}),
        ("True", "bool", {"False"}),
        ("'pq'", "str", {"'not pq'"}),
        ("'log(96)/10'", "str", {"'log2(96) / 10'", "'log(96) * 10'", "'log(192) / 10'", "'log(96) / 20'"}),
        ("(a, b, c)", "tuple[float, float, float]", {"(b, a, c)", "(a, c, b)", "_shift_((a, b, c))"}),
    ],
)
def test_a_result_has_these_wrong_relatives(text: str, annotation: str, expected: set[str]) -> None:
    """What a function returns is negated, moved, exchanged; a formula in a string is changed inside."""
    assert expected <= {ast.unparse(after) for _, after in vary_result(expression(text), annotation)}


def test_a_shift_moves_numbers_and_nothing_else() -> None:
    """Floats, arrays, tuples and dicts move; what is no number stays."""
    assert shift(1.0) == pytest.approx(1.02)
    assert shift({"a": (0.0, True)}) == {"a": (0.01, True)}
    assert np.array_equal(shift(np.array([0.0, 1.0])), [0.01, 1.02])
    assert shift("pq") == "pq"
    assert average([1.0, 3.0]) == 2.0


def test_refusals_and_docstrings_are_left_alone(build_sources: Build) -> None:
    """No mutant changes what a function refuses, nor what it says about itself."""
    ids = {mutant.id for _, mutants in list_mutants(build_sources()) for mutant in mutants}
    assert not any("x < 0" in one or "ValueError" in one or "Return" in one for one in ids)
    assert "main.right: SCALE * x → SCALE / x" in ids
    assert "main.right: return SCALE * x + OFFSET → off by a hundredth" in ids


def test_ids_survive_moves_of_lines(build_sources: Build) -> None:
    """A comment above a function, or another function, changes no id."""
    moved = SOURCE.replace("def right", "# a comment\n\n\ndef other() -> int:\n    pass\n\n\ndef right")
    before, after = (
        [mutant.id for _, mutants in list_mutants(build_sources(source)) for mutant in mutants]
        for source in (SOURCE, moved)
    )
    assert before == after
    assert len(set(before)) == len(before)


def test_every_mutant_runs_and_differs(build_sources: Build) -> None:
    """Each mutant of the toy function is loaded in a copy of its own, and gives another number."""
    sources = build_sources()
    base = Copy(sources, extra=RUNTIME)
    truth = base.module("main").right(2.0)
    for statement, mutants in list_mutants(sources):
        for mutant in mutants if statement.function == "right" else ():
            copy = Copy(sources, {"main": mutant.compile(sources)}, base, RUNTIME)
            assert copy.module("main").right(2.0) != truth, mutant.id
    assert base.module("main").right(2.0) == truth == 6.5


@pytest.mark.parametrize("order", [1, -1])
def test_two_mutants_are_made_at_once(build_sources: Build, order: int) -> None:
    """Also where one is made within what the other leaves; in modules of their own, both are changed."""
    sources = build_sources("def right(x, y):\n    return 0.5 * (x - y)\n")
    mutants = {one.id: one for _, several in list_mutants(sources) for one in several}
    factor = mutants["main.right: 0.5 * (x - y) → x - y"]
    term = mutants["main.right: x - y → x + y"]
    constant = mutants["main.right: 0.5 → 1.0"]
    scale = mutants["other.<module>: 3.0 → 6.0"]

    def change(*two: Mutant) -> dict[str, str]:
        trees = change_trees(sources, two[::order])
        return {name: ast.unparse(tree).strip().splitlines()[-1].strip() for name, tree in trees.items()}

    assert change(factor, term) == {"main": "return x + y"}
    assert change(constant, term) == {"main": "return 1.0 * (x + y)"}
    assert change(factor, constant) == {"main": "return x - y"}  # there is no factor left to be changed
    assert change(factor, scale) == {"main": "return x - y", "other": "SCALE = 6.0"}
    assert ast.unparse(find_node(sources, term)) == "x - y"
    assert "0.5 * (x - y)" in ast.unparse(sources.trees["main"])


def test_only_what_runs_is_reached(build_sources: Build) -> None:
    """A function that no answer calls and a constant that no such function reads have no mutants that count."""
    sources = build_sources()
    module = Copy(sources).module("main")
    with trace_lines(sources) as lines:
        module.right(2.0)
    statements = [statement for statement, _ in list_mutants(sources)]
    reached = find_reached(sources, statements, lines)
    assert {(one.function, one.binds) for one in reached} == {
        ("right", ""),
        ("<module>", "OFFSET"),
        ("<module>", "SCALE"),
    }


def test_the_real_reference_is_untouched(sources: Sources) -> None:
    """A changed copy leaves the imported package and the list of imported modules as they were."""
    sources.reference.module("exercise1")
    before = dict(sys.modules)
    mutant = find_mutant(sources, "divergences.kl: return")
    base = Copy(sources, extra=RUNTIME)
    copy = Copy(sources, {"divergences": mutant.compile(sources)}, base, RUNTIME)
    p, q = [0.5, 0.5], [0.25, 0.75]
    truth = sources.reference.function("divergences", "kl")
    assert copy.module("exercise1").ex1_kl(p, q) != truth(p, q)
    assert base.module("exercise1").ex1_kl(p, q) == truth(p, q)
    assert copy.module("distributions") is base.module("distributions")
    assert {name for name in sys.modules if name not in before and sources.package in name} == set()


def find_mutant(sources: Sources, start: str) -> Mutant:
    """Return the first mutant whose id begins so."""
    return next(one for _, mutants in list_mutants(sources) for one in mutants if one.id.startswith(start))


def test_a_package_that_is_not_there_is_the_authors_mistake(tmp_path: Path, build_sources: Build) -> None:
    """Neither an unknown package nor an unknown module of one looks like a bug of ours."""
    with pytest.raises(CourseError, match=r"reference/__init__\.py"):
        read_sources(Reference(tmp_path / "elsewhere"))
    with pytest.raises(CourseError, match="no such module"):
        Copy(build_sources()).module("third")


def test_undeclared_survivors_and_untrue_declarations_are_told(
    sources: Sources, harness_of: Callable[[str], ExerciseHarness]
) -> None:
    """A survivor must be declared, and a declaration must speak of a survivor, of the right kind."""
    softmax = "distillation.log_softmax: z - z.max() → z"
    caught = find_mutant(sources, "distillation.softmax: return").id
    declared = [
        Equivalent(softmax, "accepted", "It is the same, in truth.", "here:1"),
        Equivalent(caught, "same", "It is not the same at all.", "here:2"),
        Equivalent("distillation.nothing: a → b", "same", "There is no such thing.", "here:3"),
    ]
    mutant_results = list(run_mutants(sources, {"8": harness_of("8")}, declared))
    alive = [issue.message for issue in find_survivors(mutant_results)]
    assert any("z - z.max() → z + z.max()" in message for message in alive)
    assert not any(softmax + " (" in message for message in alive)
    assert {issue.where: issue.code for issue in judge_declarations(mutant_results, declared)} == {
        "here:1": "equivalent.wrong_kind",
        "here:2": "equivalent.caught",
        "here:3": "equivalent.unknown",
    }


def test_declarations_are_read_strictly(tmp_path: Path) -> None:
    """A folder without the file declares nothing; a file with an unknown key is refused."""
    assert read_equivalents(tmp_path) == ()
    text = "schema: grader/equivalents/v1\nequivalents:\n  - {kind: same, reason: A good reason., mutants: [a, b]}\n"
    (tmp_path / "equivalents.yaml").write_text(text, encoding="utf-8")
    assert [one.mutant for one in read_equivalents(tmp_path)] == ["a", "b"]
    (tmp_path / "equivalents.yaml").write_text(text + "more: 1\n", encoding="utf-8")
    with pytest.raises(CourseError, match="more"):
        read_equivalents(tmp_path)
