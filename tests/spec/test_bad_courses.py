"""One wrong place at a time, and what the author is told about it: file, line, key and what was expected."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from grader.errors import CourseError
from grader.spec import load_course

EX1 = "exercises/ex1.yaml"
EX2 = "exercises/ex2.yaml"
RUBRIC = "rubrics/1b.yaml"
COURSE = "course.yaml"
SQUARE = "rule: close, points: 1, tolerance: {absolute: 1e-3, reason: Three decimals are enough.}"

# file, what stands there, what stands there instead, the problems
KEYS_AND_TYPES = [
    (EX1, "title: The square", "tittle: The square", [
        f"{EX1}:10: parts[0].title: missing key",
        f"{EX1}:11: parts[0].tittle: unknown key",
    ]),
    (EX1, "points: 4", "points: true", [f"{EX1}:12: parts[0].points: True (bool) is not a number of points"]),
    (EX1, "points: 4", "points: -4", [f"{EX1}:12: parts[0].points: -4 is negative"]),
    (EX1, "points: 4", 'points: "4/0"', [
        f"{EX1}:12: parts[0].points: '4/0' (text) is not a number of points such as 2, 0.25 or 1/3",
    ]),
    (EX1, "points: 4", "points: .inf", [f"{EX1}:12: parts[0].points: inf (number): expected a finite number"]),
    (EX1, "points: 4", "points:", [f"{EX1}:12: parts[0].points: None (NoneType) is not a number of points"]),
    (EX1, "value: 2,", "value: true,", [
        (f"{EX1}:6: given[0].value: true (bool): expected a number or a list of numbers"
        " or a table (a list of lists of numbers)"),
    ]),
    (EX1, "value: [1, 2.5]", "value: [1, two]", [
        (f'{EX1}:7: given[1].value: [1, "two"] (list): expected a number or a list of numbers'
        " or a table (a list of lists of numbers)"),
    ]),
    (EX1, "entry: 0,", "entry: true,", [
        f"{EX1}:32: parts[0].checks[2].entry: true (bool): expected a whole number or text",
    ]),
    (EX1, 'id: "1"', "id: 1", [f"{EX1}:2: id: 1 (number): expected text"]),
    (EX1, "optional: true", "optional: yes", [
        f"{EX1}:19: parts[0].answers[4].optional: 'yes' (text): expected true or false",
    ]),
    (EX1, "shape: [2]", "shape: 2", [f"{EX1}:17: parts[0].answers[2].shape: 2 (number): expected a list"]),
    (EX1, "shape: [2]", "shape: [2.5]", [
        f"{EX1}:17: parts[0].answers[2].shape[0]: 2.5 (number): expected a whole number",
    ]),
    (EX1, "kind: choice", "kind: option", [
        (f"{EX1}:18: parts[0].answers[3].kind: 'option' (text): expected 'number', 'array', 'bool', 'choice', 'set', "
        "'function', 'figure', 'expression' or 'text'"),
    ]),
    (EX1, "rule: exact", "rule: same", [
        (f"{EX1}:36: parts[0].checks[4].rule: 'same' (text): expected one of 'close', 'exact', 'expression', "
        "'function', 'grid', 'curve', 'minima', 'own', 'figure', 'text', 'invariant'"),
    ]),
    (EX1, "rule: exact", "role: exact", [f"{EX1}:34: parts[0].checks[4].rule: missing key"]),
    (EX1, SQUARE, "rule: close, points: 1, tolerance: {absolute: -1, reason: Three decimals are enough.}", [
        f"{EX1}:21: parts[0].checks[0].tolerance.absolute: -1 (number): expected at least 0.0",
    ]),
    (EX1, SQUARE, "rule: close, points: 1, tolerance: {absolute: 1e-3, reason: none}", [
        f"{EX1}:21: parts[0].checks[0].tolerance.reason: 'none' (text): expected at least 10 characters",
    ]),
    (EX1, SQUARE, "rule: close, points: 1, tolerance: 1e-3", [
        f"{EX1}:21: parts[0].checks[0].tolerance: 0.001 (number): expected keys with values",
    ]),
    (EX1, "answers:\n      - {name: ex1b_text, kind: text, about: Why the area is a product.}", "answers: []", [
        f"{EX1}:44: parts[1].answers: [] (list): expected at least 1 in the list",
    ]),
    (EX1, "name: side,", "name: my side,", [
        f"{EX1}:6: given[0].name: 'my side' (text): expected text that matches ^[A-Za-z_][A-Za-z0-9_]*$",
    ]),
    (COURSE, "packages: [numpy]", "packages: numpy", [f"{COURSE}:4: packages: 'numpy' (text): expected a list"]),
    (COURSE, "seed: 0", "seed: 0\nlimits: {cells: 0}", [
        f"{COURSE}:6: limits.cells: 0 (number): expected more than 0",
    ]),
    (RUBRIC, "{rows: 0, unit: 0}", "[0, 0]", [
        f"{RUBRIC}:10: examples[1].points: [0, 0] (list): expected keys with values",
    ]),
]  # fmt: skip

YAML = [
    (EX1, "points: 4", "points: 4\n    points: 5", [
        f"{EX1}:13: parts[0].points: this key stands here already, in line 12",
    ]),
    (EX1, "points: 4", "points: &four 4", [
        f"{EX1}:12: parts[0].points: the anchor &four: expected no anchors or aliases",
    ]),
    (EX1, "points: 4", "points: 4: 5", [f"{EX1}:12: (file): not YAML: mapping values are not allowed here"]),
]  # fmt: skip

ONE_EXERCISE = [
    (EX1, "id: 1b\n", "id: 2b\n", [
        f"{EX1}:40: parts[1].id: 2b: expected 1 and a letter, as this is exercise 1",
        f"{RUBRIC}:2: part: 1b: expected 2b, the part of ex1b_text",
    ]),
    (EX1, "id: 1b\n", "id: 1a\n", [
        f"{EX1}:40: parts[1].id: 1a is the id of an earlier part too",
        f"{RUBRIC}:2: part: 1b: expected 1a, the part of ex1b_text",
    ]),
    (EX1, "id: 1a\n", "id: 1c\n", [f"{EX1}:40: parts[1].id: 1b stands after 1c: expected the parts in order"]),
    (EX1, "points: 4", "points: 4.5", [f"{EX1}:12: parts[0].points: 9/2: expected the sum of the checks' points, 4"]),
    (EX1, 'id: "1"', 'id: "2"', [
        f"{EX1}:2: id: 2: expected in a file named ex2.yaml",
        f"{EX1}:10: parts[0].id: 1a: expected 2 and a letter, as this is exercise 2",
        f"{EX1}:40: parts[1].id: 1b: expected 2 and a letter, as this is exercise 2",
    ]),
    (EX1, "name: side,", "name: ex1_area,", [
        f"{EX1}:6: given[0].name: ex1_area is taken already: expected a name of its own",
    ]),
    (EX1, "name: side,", "name: lambda,", [f"{EX1}:6: given[0].name: lambda is a word of the Python language"]),
    (EX1, "[[1, 0], [0, 1]]", "[[1, 0], [0]]", [
        f"{EX1}:8: given[2].value: expected at least one number, and rows of equal length in a table",
    ]),
    (EX1, "[1, 2.5]", "[]", [
        f"{EX1}:7: given[1].value: expected at least one number, and rows of equal length in a table",
    ]),
    (EX1, "arguments: [width, height]", "returns: one number", [
        f"{EX1}:16: parts[0].answers[1].arguments: missing key: the kind function needs it",
    ]),
    (EX1, "arguments: [width, height]", "arguments: [width, width]", [
        (f"{EX1}:16: parts[0].answers[1].arguments[1]: width: expected parameter names that differ and are no Python"
        " keywords"),
    ]),
    (EX1, "unit: square metres", "choices: [a, b]", [
        f"{EX1}:15: parts[0].answers[0].choices: unknown key for the kind number: it belongs to choice and set",
    ]),
    (EX1, ", choices: [square, rectangle]", "", [
        f"{EX1}:18: parts[0].answers[3].choices: missing key: the kind choice needs it",
    ]),
    (EX1, "[square, rectangle]", "[square, Square]", [
        f"{EX1}:18: parts[0].answers[3].choices: expected choices that differ in more than case and space",
    ]),
    (EX1, "shape: [2]", "shape: [0]", [
        f"{EX1}:17: parts[0].answers[2].shape: [0]: expected lengths of at least 1",
        f"{EX1}:32: parts[0].checks[2].entry: 0: expected an index into the shape [0]",
        f"{EX1}:33: parts[0].checks[3].entry: 1: expected an index into the shape [0]",
    ]),
    (EX1, "needs., optional: true", "needs.", [
        f"{EX1}:19: parts[0].answers[4].name: ex1_spare has no check that decides it",
    ]),
    (EX1, "{id: ex1_square,", '{id: "ex1_pair[0]",', [
        f"{EX1}:32: parts[0].checks[2].id: ex1_pair[0] is the id of an earlier check of this part too",
    ]),
    (EX1, "answer: ex1_square,", "answer: ex1b_text,", [
        f"{EX1}:15: parts[0].answers[0].name: ex1_square has no check that decides it",
        f"{EX1}:21: parts[0].checks[0].answer: ex1b_text is no answer of part 1a",
    ]),
    (EX1, "answer: ex1_square,", "answer: ex1_larger,", [
        f"{EX1}:15: parts[0].answers[0].name: ex1_square has no check that decides it",
        f"{EX1}:21: parts[0].checks[0].rule: close does not fit ex1_larger (choice): expected number or array",
    ]),
    (EX1, SQUARE, f"entry: 0, {SQUARE}", [
        f"{EX1}:21: parts[0].checks[0].entry: unknown key for ex1_square (number): only arrays have entries",
    ]),
    (EX1, "entry: 1,", "entry: 2,", [f"{EX1}:33: parts[0].checks[3].entry: 2: expected an index into the shape [2]"]),
    (EX1, SQUARE, "rule: close, points: 1, tolerance: {reason: Three decimals are enough.}", [
        f"{EX1}:21: parts[0].checks[0].tolerance: absolute and relative are both 0: expected room for rounding",
    ]),
    (EX1, "relative: 1e-6", "relative: 0", [
        f"{EX1}:28: parts[0].checks[1].tolerance: absolute and relative are both 0: expected room for rounding",
    ]),
    (EX1, "partial: 0.25", "partial: 1", [
        f"{EX1}:27: parts[0].checks[1].partial: 1: expected less than 1, as a wrong function never earns all",
    ]),
    (EX1, 'share: "1/4"', "share: 1.5", [
        f"{EX1}:30: parts[0].checks[1].mistakes[0].share: 3/2: expected at most 1, the whole",
    ]),
    (EX1, "- {code: swapped}", "- {code: halved}", [
        f"{EX1}:31: parts[0].checks[1].mistakes[1].code: halved is listed already",
    ]),
    (EX1, SQUARE, f"mistakes: [{{code: halved}}], {SQUARE}", [
        f"{EX1}:21: parts[0].checks[0].mistakes[0].wrong: missing key: only a function can be wrong by a rule",
    ]),
    (EX1, "rule: invariant,", "rule: invariant, points: 0.5,", [
        f"{EX1}:12: parts[0].points: 4: expected the sum of the checks' points, 9/2",
        f"{EX1}:39: parts[0].checks[5].points: 1/2: expected none, as an invariant explains and does not score",
    ]),
    (EX2, "low: -3.0", "low: 3.0", [f"{EX2}:19: parts[0].checks[0].low: 3.0: expected less than high, 3.0"]),
    (EX2, "at_least: 25", "at_least: 302", [
        f"{EX2}:19: parts[0].checks[0].at_least: 302: expected 2 to at_most, 301",
    ]),
    (EX2, "default_variance: 0.25", "default_variance: 2.0", [
        f"{EX2}:27: parts[0].checks[1].variance_range: [0.05, 1.0]: expected above 0, and default_variance in between",
    ]),
    (EX2, "samples: 1000", "samples: 0", [f"{EX2}:28: parts[0].checks[1].samples: 0: expected at least 1"]),
    (EX2, "standard_errors: 7.0", "standard_errors: 0", [
        f"{EX2}:29: parts[0].checks[1].standard_errors: 0.0: expected more than 0",
    ]),
    (EX2, "aspect: legend", "aspect: legend, curve: ex2_line", [
        f"{EX2}:31: parts[0].checks[2].curve: unknown key for the aspect legend",
    ]),
    (EX2, "aspect: curve, curve: ex2_line,", "aspect: curve,", [
        f"{EX2}:32: parts[0].checks[3].curve: missing key: the aspect curve needs it",
    ]),
    (EX2, "aspect: legend", "aspect: legend, at_least: 1", [
        f"{EX2}:31: parts[0].checks[2].at_least: 1: expected at least 2 points",
    ]),
    (EX2, ", tolerance: {absolute: 1e-6, reason: Only rounding differs.}", "", [
        f"{EX2}:33: parts[0].checks[4].tolerance: missing key: ex2_gap is a number",
    ]),
    (EX2, "uses: [ex2_gap], by: ex2_holds__from",
     "uses: [ex2_gap], by: ex2_holds__from, tolerance: {absolute: 1, reason: No reason at all.}", [
        f"{EX2}:34: parts[0].checks[5].tolerance: unknown key for ex2_holds (bool): a bool is equal or not",
    ]),
    (EX2, "[[tv, jsd]]", "[[tv, chi2]]", [
        f"{EX2}:35: parts[0].checks[6].also[0]: chi2: expected choices of ex2_kinds",
    ]),
    (EX1, "rule: exact", "rule: exact\n        also: [[square]]", [
        f"{EX1}:37: parts[0].checks[4].also: unknown key for ex1_larger (choice): it belongs to set",
    ]),
]  # fmt: skip

BETWEEN_FILES = [
    (EX2, "answers:\n", "answers:\n      - {name: ex1_square, kind: number, about: Area again., optional: true}\n", [
        f"{EX2}:11: parts[0].answers[0].name: ex1_square is an answer already, at {EX1}:15",
    ]),
    (EX1, "uses: [ex1_square, ex1_pair]", "uses: [ex1_sqare, ex1_pair]", [
        f"{EX1}:38: parts[0].checks[4].follow_through.uses[0]: ex1_sqare is no answer of this course",
    ]),
    (EX1, "uses: [ex1_square, ex1_pair]", "uses: [ex1b_text]", [
        (f"{EX1}:38: parts[0].checks[4].follow_through.uses[0]: ex1b_text (text): expected number or array or bool"
        " or choice or function"),
    ]),
    (EX1, "inputs: rectangles\n",
     "inputs: rectangles\n        follow_through: {uses: [ex1_square], by: ex1_area__from}\n", [
        f"{EX1}:27: parts[0].checks[1].follow_through.uses[0]: ex1_square (number): expected function",
    ]),
    (EX1, "of: [ex1_area]", "of: [ex1_aera]", [
        f"{EX1}:39: parts[0].checks[5].of[0]: ex1_aera is no answer of this course",
    ]),
    (EX2, "grid: ex2_grid", "grid: ex2_variance", [
        f"{EX2}:24: parts[0].checks[1].grid: ex2_variance (number): expected array",
    ]),
    (EX2, "variance: ex2_variance", "variance: ex2_spread", [
        f"{EX2}:25: parts[0].checks[1].variance: ex2_spread is no answer of this course",
    ]),
    (EX1, "theorem: symmetry", "theorem: symetry", [
        f"{EX1}:39: parts[0].checks[5].theorem: symetry: expected one of pinsker, symmetry",
    ]),
    (EX1, "inputs: rectangles", "inputs: circles", [
        f"{EX1}:26: parts[0].checks[1].inputs: circles: expected one of rectangles",
    ]),
    (EX1, "- {code: swapped}", "- {code: swaped}", [
        f"{EX1}:31: parts[0].checks[1].mistakes[1].code: swaped is not in the catalogue of course.yaml",
    ]),
    (COURSE, "code: halved", "code: swapped", [
        f"{COURSE}:8: mistakes[1].code: swapped is in the catalogue already",
        f"{EX1}:30: parts[0].checks[1].mistakes[0].code: halved is not in the catalogue of course.yaml",
    ]),
    (COURSE, "share: 0", "share: 2", [f"{COURSE}:7: mistakes[0].share: 2: expected at most 1, the whole"]),
    (EX2, "uses: [ex1_square, ex1_pair]", "uses: [ex2_holds]", [
        f"{EX2}:33: parts[0].checks[4]: judged in a circle: ex2_gap needs ex2_holds needs ex2_gap",
    ]),
    (EX2, "uses: [ex2_gap]", "uses: [ex2_holds]", [
        f"{EX2}:34: parts[0].checks[5]: judged in a circle: ex2_holds needs ex2_holds",
    ]),
    (RUBRIC, "part: 1b", "part: 1c", [
        f"{RUBRIC}:2: part: 1c: expected in a file named 1c.yaml or ex1b_text.yaml",
        f"{RUBRIC}:2: part: 1c: expected 1b, the part of ex1b_text",
    ]),
    (RUBRIC, "answer: ex1b_text", "answer: ex1_text", [
        f"{EX1}:47: parts[1].checks[0].answer: ex1b_text has no rubric: expected rubrics/1b.yaml",
        f"{RUBRIC}:3: answer: ex1_text has no check with the rule text",
    ]),
    (RUBRIC, "points: 2\n", "points: 3\n", [
        f"{RUBRIC}:4: points: 3: expected the sum of the criteria's points, 2",
        f"{RUBRIC}:4: points: 3: expected 2, the points of the check",
    ]),
    (RUBRIC, "id: unit,", "id: rows,", [
        f"{RUBRIC}:7: criteria[1].id: rows is a criterion already",
        f"{RUBRIC}:9: examples[0].points.unit: unit is no criterion of this rubric",
        f"{RUBRIC}:10: examples[1].points.unit: unit is no criterion of this rubric",
    ]),
    (RUBRIC, "{rows: 0, unit: 0}", "{rows: 0, unit: 1}", [
        f"{RUBRIC}:10: examples[1].points.unit: 1: expected at most 1/2, the criterion's points",
    ]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        pytest.param(*case, id=f"{case[0]}-{case[2][:40]}")
        for case in KEYS_AND_TYPES + YAML + ONE_EXERCISE + BETWEEN_FILES
    ],
)
def test_a_wrong_place_is_named(
    spoil: Callable[[str, str, str], Path], file: str, old: str, new: str, expected: list[str]
) -> None:
    """Each spoiled place gives exactly these problems, with file, line and key."""
    folder = spoil(file, old, new)
    with pytest.raises(CourseError) as caught:
        load_course(folder, theorems={"symmetry", "pinsker"}, generators={"rectangles"})
    assert [str(problem) for problem in caught.value.problems] == expected


def test_problems_of_all_files_come_at_once(spoil: Callable[[str, str, str], Path]) -> None:
    """One run shows what is wrong in the course file, both exercises and the rubric."""
    spoil(COURSE, "seed: 0", "seed: zero")
    spoil(EX1, "points: 4", "points: 5")
    spoil(EX2, "low: -3.0", "low: [")
    folder = spoil(RUBRIC, "part: 1b", "part: b1")
    with pytest.raises(CourseError) as caught:
        load_course(folder)
    assert [problem.file for problem in caught.value.problems] == [COURSE, EX1, EX2, RUBRIC]
