"""One wrong place at a time, and what the author is told about it: file, line, key and what was expected."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest

from grader.course import Course, Kind
from grader.errors import CourseError
from grader.judge.rules import RULES
from grader.judge.rules.base import VALUES
from grader.spec import load_course

EX1 = "exercises/ex1.yaml"
EX2 = "exercises/ex2.yaml"
RUBRIC = "rubrics/1b.yaml"
COURSE = "course.yaml"
*FIRST_KINDS, LAST_KIND = map(repr, get_args(Kind))
KINDS = f"{', '.join(FIRST_KINDS)} or {LAST_KIND}"
ANY_KIND = " or ".join(VALUES)
CLOSE_KINDS = " or ".join(RULES["close"].kinds)
SQUARE = "rule: close, points: 1, tolerance: {absolute: 1e-3, reason: Three decimals are enough.}"

# file, what stands there, what stands there instead, the problems
KEYS_AND_TYPES = [
    (EX1, "title: The square", "tittle: The square", [
        f"{EX1}:11: parts[0].tittle: unknown key: did you mean title?",
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
        " or a table (a list of lists of numbers) or text"),
    ]),
    (EX1, "value: [1, 2.5]", "value: [1, two]", [
        (f'{EX1}:7: given[1].value: [1, "two"] (list): expected a number or a list of numbers'
        " or a table (a list of lists of numbers) or text"),
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
        f"{EX1}:18: parts[0].answers[3].kind: 'option' (text): expected {KINDS}",
    ]),
    (EX1, "rule: exact", "rule: same", [
        f"{EX1}:36: parts[0].checks[4].rule: 'same' (text): expected one of {', '.join(map(repr, RULES))}",
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
        f"{EX1}:6: given[0].name: 'my side' (text): expected a name of Python: letters, digits and _, no digit first",
    ]),
    (COURSE, "packages: [sympy]", "packages: sympy", [f"{COURSE}:4: packages: 'sympy' (text): expected a list"]),
    (COURSE, "seed: 0", "seed: 0\nlimits: {cells: 0}", [
        f"{COURSE}:6: limits.cells: 0 (number): expected more than 0",
    ]),
    (RUBRIC, "{rows: 0, unit: 0}", "[0, 0]", [
        f"{RUBRIC}:10: examples[1].points: [0, 0] (list): expected keys with values",
    ]),
]  # fmt: skip

YAML = [
    (EX1, "points: 4", "points: 4\n    points: 5", [
        f"{EX1}:13: parts[0].points: expected this key once, got it in line 12 too",
    ]),
    (EX1, "points: 4", "points: &four 4", [
        f"{EX1}:12: parts[0].points: the anchor &four: expected no anchors or aliases",
    ]),
    (EX1, "points: 4", "points: 4: 5", [
        (f"{EX1}:12: (file): not YAML: expected one key with its value, got a second colon in 'points: 4: 5': put the "
        "text in single quotes, or below the key after >-"),
    ]),
]  # fmt: skip

SLOPE = "slopes:\n  - {title: From one to the other, from: ex1_square, to: %s}\nparts:\n"
ONE_EXERCISE = [
    (EX1, "parts:\n", SLOPE % "ex1_sqare", [
        f"{EX1}:10: slopes[0].to: ex1_sqare is not an answer of exercise 1: did you mean ex1_square?",
    ]),
    (EX1, "parts:\n", SLOPE % "ex1_pair", [
        f"{EX1}:10: slopes[0].to: ex1_pair: expected a number or an integer, got the kind array",
    ]),
    (EX1, "parts:\n", SLOPE % "ex1_square", [
        f"{EX1}:10: slopes[0].to: ex1_square: expected another answer than under `from`",
    ]),
    (EX1, "parts:\n", (SLOPE % "ex1_spare").replace("parts:\n", (SLOPE % "ex1_spare").removeprefix("slopes:\n")), [
        f"{EX1}:11: slopes[1]: ex1_square and ex1_spare: expected this pair once, got it above too",
    ]),
    (EX1, "id: 1b\n", "id: 2b\n", [
        f"{EX1}:40: parts[1].id: 2b: expected 1 and a letter, as this is exercise 1",
        f"{RUBRIC}:2: part: 1b: expected 2b, the part of ex1b_text",
    ]),
    (EX1, "id: 1b\n", "id: 1a\n", [
        f"{EX1}:40: parts[1].id: 1a: expected an id of its own, got that of an earlier part",
        f"{RUBRIC}:2: part: 1b: expected 1a, the part of ex1b_text",
    ]),
    (EX1, "id: 1a\n", "id: 1c\n", [f"{EX1}:40: parts[1].id: 1b stands after 1c: expected the parts in order"]),
    (EX1, "points: 4", "points: 4.5", [f"{EX1}:12: parts[0].points: 9/2: expected the sum of the checks' points, 4"]),
    (EX1, "name: side,", "name: ex1_area,", [
        f"{EX1}:6: given[0].name: ex1_area: expected a name of its own, got one that is taken",
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
        f"{EX1}:19: parts[0].answers[4].name: ex1_spare: expected a check that decides it, got none",
        (f"{EX1}:19: parts[0].answers[4].name: ex1_spare: expected a function of this name in reference/exercise1.py, "
        "got none; did you mean ex1_square?"),
    ]),
    (EX1, "{id: ex1_square,", '{id: "ex1_pair[0]",', [
        (f"{EX1}:32: parts[0].checks[2].id: ex1_pair[0]: expected an id of its own, got that of an earlier check "
        "of this part"),
    ]),
    (EX1, "answer: ex1_square,", "answer: ex1b_text,", [
        (f"{EX1}:21: parts[0].checks[0].answer: ex1b_text is not an answer of part 1a: expected one of ex1_area, "
        "ex1_larger, ex1_pair, ex1_spare, ex1_square"),
    ]),
    (EX1, "answer: ex1_square,", "answer: ex1_larger,", [
        f"{EX1}:15: parts[0].answers[0].name: ex1_square: expected a check that decides it, got none",
        f"{EX1}:21: parts[0].checks[0].rule: close does not fit ex1_larger (choice): expected {CLOSE_KINDS}",
    ]),
    (EX1, SQUARE, f"entry: 0, {SQUARE}", [
        f"{EX1}:21: parts[0].checks[0].entry: unknown key for ex1_square (number): only arrays and dicts have entries",
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
    (EX1, "code: swapped, wrong", "code: halved, wrong", [
        f"{COURSE}:7: mistakes[0].code: swapped: expected some check to look for this mistake, and none does",
        f"{EX1}:31: parts[0].checks[1].mistakes[1].code: halved is listed already",
    ]),
    (EX1, SQUARE, f"mistakes: [{{code: halved}}], {SQUARE}", [
        (f"{EX1}:21: parts[0].checks[0].mistakes[0].wrong: missing key: expected the reference's function that gives "
        "what a student gets who makes it"),
    ]),
    (EX1, SQUARE, f"mistakes: [{{code: halved, wrong: ex1_pair, by: grid}}], {SQUARE}", [
        f"{EX1}:21: parts[0].checks[0].mistakes[0].by: unknown key: only a function can be wrong by a rule",
    ]),
    (EX1, "code: swapped, wrong: ex1_area__swapped", "code: swapped, by: grid", [
        (f"{EX1}:31: parts[0].checks[1].mistakes[1].wrong: missing key: expected the reference's function that gives "
        "an example of what `by` recognises"),
    ]),
    (EX1, "rule: invariant,", "rule: invariant, points: 0.5,", [
        f"{EX1}:12: parts[0].points: 4: expected the sum of the checks' points, 9/2",
        f"{EX1}:39: parts[0].checks[5].points: 1/2: expected none, as an invariant explains and does not score",
    ]),
    (EX2, ", wrong: [ex2_grid__short]", "", [f"{EX2}:19: parts[0].checks[0].wrong: missing key"]),
    (EX2, "wrong: [ex2_grid__short]", "wrong: []", [
        f"{EX2}:19: parts[0].checks[0].wrong: [] (list): expected at least 1 in the list",
    ]),
    (EX2, "rule: custom, by: grid,", "rule: custom,", [f"{EX2}:19: parts[0].checks[0].by: missing key"]),
    (EX2, "answer: ex2_grid, rule: custom", "answer: ex2_figure, rule: custom", [
        f"{EX2}:11: parts[0].answers[0].name: ex2_grid: expected a check that decides it, got none",
        f"{EX2}:19: parts[0].checks[0].rule: custom does not fit ex2_figure (figure): expected {ANY_KIND}",
        (f"{EX2}:19: parts[0].checks[0].answer: ex2_figure: expected a function of this name in "
        "reference/exercise2.py, got none; did you mean ex2_curve?"),
    ]),
    (EX2, "x: {low: 0, high: 1}", "x: {low: 1, high: 1}", [
        f"{EX2}:32: parts[0].checks[3].x.low: 1: expected less than high, 1",
    ]),
    (EX2, "x: {low: 0, high: 1}, ", "", [
        f"{EX2}:32: parts[0].checks[3].x: missing key: the aspect curve needs it",
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
        f"{EX1}:37: parts[0].checks[4].also: unknown key for ex1_larger (choice): it belongs to set and string",
    ]),
]  # fmt: skip

BETWEEN_FILES = [
    (EX2, "answers:\n", "answers:\n      - {name: ex1_square, kind: number, about: Area again., optional: true}\n", [
        (f"{EX2}:11: parts[0].answers[0].name: ex1_square: expected its name in the statement of part 2a, and no "
        "statement names it"),
        f"{EX2}:11: parts[0].answers[0].name: ex1_square: expected a name of its own, got one that {EX1}:15 has too",
    ]),
    (EX1, "uses: [ex1_square, ex1_pair]", "uses: [ex1_sqare, ex1_pair]", [
        (f"{EX1}:38: parts[0].checks[4].follow_through.uses[0]: ex1_sqare is not an answer in this course: "
        "did you mean ex1_square?"),
    ]),
    (EX1, "uses: [ex1_square, ex1_pair]", "uses: [ex1b_text]", [
        f"{EX1}:38: parts[0].checks[4].follow_through.uses[0]: ex1b_text (text): expected {ANY_KIND}",
    ]),
    (EX1, "inputs: rectangles\n",
     "inputs: rectangles\n        follow_through: {uses: [ex1_square], by: ex1_area__halved}\n", [
        f"{EX1}:27: parts[0].checks[1].follow_through.uses[0]: ex1_square (number): expected function",
    ]),
    (EX1, "of: [ex1_area]", "of: [ex1_aera]", [
        f"{EX1}:39: parts[0].checks[5].of[0]: ex1_aera is not an answer in this course: did you mean ex1_area?",
    ]),
    (EX2, "uses: [ex2_grid, ex2_variance]", "uses: [ex2_grid, ex2_figure]", [
        f"{EX2}:25: parts[0].checks[1].uses[1]: ex2_figure (figure): expected {ANY_KIND}",
    ]),
    (EX2, "uses: [ex2_grid, ex2_variance]", "uses: [ex2_grid, ex2_spread]", [
        f"{EX2}:25: parts[0].checks[1].uses[1]: ex2_spread is not an answer in this course: did you mean ex1_spare?",
    ]),
    (EX1, "theorem: symmetry", "theorem: symetry", [
        (f"{EX1}:39: parts[0].checks[5].theorem: symetry is not in the catalogue of course.yaml (invariants): "
        "did you mean symmetry?"),
    ]),
    (COURSE, "name: symmetry", "name: symetry", [
        (f"{EX1}:39: parts[0].checks[5].theorem: symmetry is not in the catalogue of course.yaml (invariants): "
        "did you mean symetry?"),
    ]),
    (COURSE, "  - {name: symmetry",
     "  - {name: symmetry, title: again, statement: width and height}\n  - {name: symmetry", [
        f"{COURSE}:11: invariants[1].name: symmetry: expected once, got it above too",
    ]),
    ("reference/invariants.py", "def symmetry(", "def symetry(", [
        (f"{EX1}:39: parts[0].checks[5].theorem: symmetry is not a function of reference/invariants.py: "
        "did you mean symetry?"),
    ]),
    (EX1, "inputs: rectangles\n", "inputs: circles\n", [
        (f"{EX1}:26: parts[0].checks[1].inputs: circles is not a function of reference/inputs.py: "
        "expected one of rectangles"),
    ]),
    (EX2, "by: grid", "by: gird", [
        (f"{EX2}:19: parts[0].checks[0].by: gird is not a function of reference/rules.py: "
        "did you mean grid?"),
    ]),
    (EX1, "wrong: ex1_area__swapped", "wrong: ex1_area__swapped, by: swaps", [
        (f"{EX1}:31: parts[0].checks[1].mistakes[1].by: swaps is not a function of reference/rules.py: "
        "expected one of curve, grid"),
    ]),
    (EX1, "code: swapped, wrong", "code: swaped, wrong", [
        (f"{EX1}:31: parts[0].checks[1].mistakes[1].code: swaped is not in the catalogue of course.yaml (mistakes): "
        "did you mean swapped?"),
    ]),
    (COURSE, "code: halved", "code: swapped", [
        f"{COURSE}:8: mistakes[1].code: swapped: expected once, got it above too",
        (f"{EX1}:30: parts[0].checks[1].mistakes[0].code: halved is not in the catalogue of course.yaml (mistakes): "
        "expected one of swapped"),
    ]),
    (COURSE, "share: 0", "share: 2", [f"{COURSE}:7: mistakes[0].share: 2: expected at most 1, the whole"]),
    (EX2, "uses: [ex1_square, ex1_pair]", "uses: [ex2_holds]", [
        f"{EX2}:33: parts[0].checks[4]: circular dependency: ex2_gap → ex2_holds → ex2_gap",
    ]),
    (EX2, "uses: [ex2_gap]", "uses: [ex2_holds]", [
        f"{EX2}:34: parts[0].checks[5]: circular dependency: ex2_holds → ex2_holds",
    ]),
    (RUBRIC, "part: 1b", "part: 1c", [
        f"{RUBRIC}:2: part: 1c: expected in a file named 1c.yaml or ex1b_text.yaml",
        f"{RUBRIC}:2: part: 1c: expected 1b, the part of ex1b_text",
    ]),
    (RUBRIC, "answer: ex1b_text", "answer: ex1_text", [
        f"{RUBRIC}:3: answer: ex1_text: expected an answer with a check by the rule text: did you mean ex1b_text?",
    ]),
    (RUBRIC, "points: 2\n", "points: 3\n", [
        f"{RUBRIC}:4: points: 3: expected the sum of the criteria's points, 2",
        f"{RUBRIC}:4: points: 3: expected 2, the points of the check",
    ]),
    (RUBRIC, "id: unit,", "id: rows,", [
        f"{RUBRIC}:7: criteria[1].id: rows: expected once, got it above too",
        f"{RUBRIC}:9: examples[0].points.unit: unit is not a criterion of this rubric: expected one of rows",
        f"{RUBRIC}:10: examples[1].points.unit: unit is not a criterion of this rubric: expected one of rows",
    ]),
    (RUBRIC, "{rows: 0, unit: 0}", "{rows: 0, unit: 1}", [
        f"{RUBRIC}:10: examples[1].points.unit: 1: expected points that the criterion gives: 1/2, 0",
    ]),
    (RUBRIC, "{rows: 0, unit: 0}", "{rows: 0, unit: 0.25}", [
        f"{RUBRIC}:10: examples[1].points.unit: 1/4: expected points that the criterion gives: 1/2, 0",
    ]),
    *(
        (RUBRIC, "points: 0.5, about", f"points: 0.5, levels: [{levels}], about", [
            f"{RUBRIC}:7: criteria[1].levels: {said}: expected points that fall, each below 1/2 and above 0",
        ])
        for levels, said in (
            ("{points: 0.5, when: Says half of it.}", "1/2"),
            ("{points: 0, when: Says none of it.}", "0"),
            ("{points: 0.1, when: Says less of it.}, {points: 0.2, when: Says more of it.}", "1/10, 1/5"),
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=f"{case[0]}-{case[2][:40]}")
        for case in KEYS_AND_TYPES + YAML + ONE_EXERCISE + BETWEEN_FILES
    ],
)
def test_a_wrong_place_is_named(
    spoil: Callable[[str, str, str], Path],
    load: Callable[[Path], Course],
    case: tuple[str, str, str, list[str]],
) -> None:
    """Each spoiled place gives exactly these problems, with file, line and key."""
    file, old, new, expected = case
    folder = spoil(file, old, new)
    with pytest.raises(CourseError) as caught:
        load(folder)
    assert [str(problem) for problem in caught.value.problems] == expected


def test_an_id_that_belongs_to_another_file_is_named(spoil: Callable[[str, str, str], Path]) -> None:
    """The file and the parts of exercise 1 do not fit the id 2."""
    folder = spoil(EX1, 'id: "1"', 'id: "2"')
    with pytest.raises(CourseError) as caught:
        load_course(folder)
    assert [str(problem) for problem in caught.value.problems] == [
        f"{EX1}:2: id: 2: expected in a file named ex2.yaml",
        f"{EX1}:10: parts[0].id: 1a: expected 2 and a letter, as this is exercise 2",
        f"{EX1}:40: parts[1].id: 1b: expected 2 and a letter, as this is exercise 2",
    ]


def test_problems_of_all_files_come_at_once(spoil: Callable[[str, str, str], Path]) -> None:
    """One run shows what is wrong in the course file, both exercises and the rubric."""
    spoil(COURSE, "seed: 0", "seed: zero")
    spoil(EX1, "points: 4", "points: 5")
    spoil(EX2, "low: -3.0", "low: [")
    folder = spoil(RUBRIC, "part: 1b", "part: b1")
    with pytest.raises(CourseError) as caught:
        load_course(folder)
    assert [problem.file for problem in caught.value.problems] == [COURSE, EX1, EX2, RUBRIC]
