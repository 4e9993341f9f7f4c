"""The files that students start from: complete, open, valid, and silent about how answers are judged."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import nbformat
import numpy as np
import pytest

from grader.course import Answer, Assignment, Course, Draw, Exercise, Part
from grader.errors import UsageError
from grader.judge.placeholder import OPEN_COMMENT, OPEN_TEXT, starter_words, text_placeholder
from grader.spec import find_course, load_course
from grader.starter import build_cells, build_notebook, build_script, build_starters, introduce, write_files
from numgrade_student.texts import is_untouched


@pytest.fixture(scope="module")
def course() -> Course:
    """Return the course of this repository."""
    return load_course(find_course())


def walk_answers(course: Course) -> Iterator[tuple[Exercise, Part, Answer]]:
    """Yield every answer with the part and the exercise it belongs to."""
    for exercise in course.exercises:
        for part in exercise.parts:
            for answer in part.answers:
                yield exercise, part, answer


def run_code(course: Course) -> dict[str, object]:
    """Return the names that the starter's own code binds."""
    names: dict[str, object] = {}
    exec(compile(build_script(course, course.exercises), "all.py", "exec"), names)  # noqa: S102 - our own text
    return names


def make_course(course: Course, **changes: object) -> Course:
    """Return a course of one exercise with one part, whose first answer and texts are changed."""
    exercise = course.exercises[0]
    part = exercise.parts[0]
    answer = part.answers[0].model_copy(update=changes)
    part = part.model_copy(update={"answers": (answer,)})
    return course.model_copy(update={"exercises": (exercise.model_copy(update={"parts": (part,)}),)})


def test_every_answer_is_left_open(course: Course) -> None:
    """Values are `...`, functions return None; texts and what is optional are not bound."""
    names = run_code(course)
    for _, _, answer in walk_answers(course):
        if answer.kind == "text" or answer.optional:
            assert answer.name not in names
        elif answer.kind == "function":
            function = names[answer.name]
            assert callable(function)
            assert function(*answer.arguments) is None
        else:
            assert names[answer.name] is ...


def test_given_data_are_arrays_and_numbers(course: Course) -> None:
    """Each exercise's data cell binds what its file gives, as NumPy arrays where it is a vector or table."""
    for exercise in course.exercises:
        names: dict[str, object] = {}
        source = next(cell.source for cell in build_cells(course, [exercise]) if cell.id.endswith("-given"))
        exec(source, names)  # noqa: S102 - our own text
        for datum in exercise.given:
            value = names[datum.name]
            assert isinstance(value, np.ndarray) == isinstance(datum.value, tuple)
            assert np.array_equal(np.asarray(value), np.asarray(datum.value))


def test_cells_carry_the_tags_that_place_them(course: Course) -> None:
    """Code cells of a part carry exercise and part; a text cell its answer's name too."""
    tags = {cell.id: cell.tags for cell in build_cells(course, course.exercises)}
    assert tags["ex1-given"] == ("ex1",)
    assert tags["1a-answers"] == ("ex1", "1a")
    assert tags["ex1d_text"] == ("ex1", "1d", "ex1d_text")
    for exercise, part, answer in walk_answers(course):
        key = answer.name if answer.kind == "text" else f"{part.id}-answers"
        assert tags[key][:2] == (f"ex{exercise.id}", part.id)


def test_text_cells_hold_the_placeholder_and_nothing_else(course: Course) -> None:
    """A cell that nobody has written in is recognised as such."""
    sources = {cell.id: cell.source for cell in build_cells(course, course.exercises)}
    for _, part, answer in walk_answers(course):
        if answer.kind == "text":
            assert is_untouched(sources[answer.name], text_placeholder(part, answer))


def test_a_notebook_is_valid_and_the_same_every_time(course: Course) -> None:
    """It passes nbformat's own validation, has the Python kernel, and no id is used twice."""
    notebook = build_notebook(course, course.exercises)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.metadata.kernelspec.name == "python3"
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    assert notebook == build_notebook(course, course.exercises)


@pytest.mark.parametrize("name", ["introduction", "check", "a" * 60])
def test_any_ids_of_the_course_make_a_valid_notebook(course: Course, name: str) -> None:
    """Names that are those of our own cells, or too long for an id with what we add, break nothing."""
    exercise = course.exercises[0]
    part = exercise.parts[0].model_copy(update={"id": name})
    exercise = exercise.model_copy(update={"id": name, "parts": (part,)})
    ids = [cell.id for cell in build_notebook(course, [exercise]).cells]
    assert len(set(ids)) == len(ids) == 7
    assert max(map(len, ids)) <= 64


def test_notebook_and_script_say_the_same(course: Course) -> None:
    """The script's cells, comment signs removed, are the notebook's but for the checks and the double click."""
    cells = [cell for cell in build_notebook(course, course.exercises).cells if not cell.id.endswith("check")]
    pieces = re.split(r"^# %%(.*)\n", build_script(course, course.exercises), flags=re.MULTILINE)[1:]
    assert len(pieces) == 2 * len(cells)
    for header, body, cell in zip(pieces[::2], pieces[1::2], cells, strict=True):
        assert ("[markdown]" in header) == (cell.cell_type == "markdown")
        assert re.findall(r'"([^"]+)"', header) == list(cell.metadata.get("tags", ()))
        text = body.strip("\n")
        if cell.cell_type == "markdown":
            text = "\n".join(line.removeprefix("#").removeprefix(" ") for line in text.split("\n"))
        source = cell.source.replace("Double-click here and replace", "Replace")
        assert [line.rstrip() for line in text.split("\n")] == [line.rstrip() for line in source.split("\n")]


def test_starters_show_nothing_of_the_checks(course: Course) -> None:
    """No reason of a tolerance, hint, code of a mistake, or name of a reference function gets into a starter."""
    script = build_script(course, course.exercises)
    flat = " ".join(script.replace("\n#", "\n").split())
    secrets = {mistake.code for mistake in course.file.mistakes} | {"tolerance", "hidden", "rubric"}
    for exercise in course.exercises:
        for part in exercise.parts:
            for check in part.checks:
                secrets |= {check.hint, getattr(getattr(check, "tolerance", None), "reason", "")}
                secrets |= {mistake.wrong or "" for mistake in getattr(check, "mistakes", ())}
    words = set(re.findall(r"\w+", flat))
    leaked = {secret for secret in secrets if secret and (secret in words or (" " in secret and secret in flat))}
    assert not leaked


@pytest.mark.parametrize(
    "about",
    [
        'Ends in a "quotation"',
        'Has """ inside and more',
        "Has a \\ and a \\n in it",
        "Ends in a backslash \\",
        "word " * 60,
    ],
)
def test_any_description_makes_a_script_that_compiles(course: Course, about: str) -> None:
    """Quotes, backslashes and length of a description cannot break the function that it stands in."""
    small = make_course(course, about=about, returns="", unit="")
    tree = ast.parse(build_script(small, small.exercises))
    function = next(node for node in tree.body if isinstance(node, ast.FunctionDef))
    docstring = " ".join((ast.get_docstring(function) or "").split())
    assert docstring == " ".join(about.replace('"', "'").split())


def test_a_line_of_text_cannot_start_a_cell(course: Course) -> None:
    """A statement that begins a line with %% stays inside its cell in a script."""
    exercise = course.exercises[0].model_copy(update={"statement": "Percent signs:\n%% are fine here.\n  %%time too."})
    plain = build_script(course, [course.exercises[0]])
    assert build_script(course, [exercise]).count("\n# %%") == plain.count("\n# %%")


def test_optional_answers_and_forms_are_explained(course: Course) -> None:
    """A choice lists its values, an array how many, all say their points, an optional answer is commented out."""
    script = build_script(course, course.exercises)
    about = "# Which of the two divergences is the larger one."
    assert f'{about} One of "pq", "qp", "equal". (1 point)\nex1_larger = ...' in script
    assert re.search(r"Four numbers\. \(1 point\)\nex1_r = \.\.\.", script)
    assert "# (1 point)\ndef ex1_kl(p, q):" in script
    assert re.search(r"^# ex3_var_q = \.\.\.$", script, re.MULTILINE)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": "array", "shape": (3,)}, "Three numbers."),
        ({"kind": "array", "shape": (1,)}, "One number."),
        ({"kind": "array", "shape": (25,)}, "25 numbers."),
        ({"kind": "array", "shape": (2, 3)}, "An array of 2 × 3 numbers."),
        ({"kind": "complex", "shape": (2,)}, "Two complex numbers."),
        ({"kind": "figure"}, "A Matplotlib figure."),
        ({"kind": "expression"}, "An exact expression in a string."),
        ({"kind": "bool"}, "`True` or `False`."),
    ],
)
def test_forms_are_said_in_words(course: Course, changes: dict[str, object], said: str) -> None:
    """No student has to know what a shape is; and what the description says already is not said again."""
    small = make_course(course, about="It is asked for above.", unit="", **changes)
    assert f"# It is asked for above. {said} (1 point)\n" in build_script(small, small.exercises)
    told = make_course(course, about=f"The {changes['kind']} of above.", unit="", **changes)
    form = said not in {"A Matplotlib figure.", "An exact expression in a string."}
    again = f" {said}" if form and changes["kind"] != "bool" else ""
    assert f"# The {changes['kind']} of above.{again} (1 point)\n" in build_script(told, told.exercises)


def test_every_notebook_has_a_title_of_its_own(course: Course) -> None:
    """One exercise is headed by its own, all of them by the course's; no heading comes twice."""
    for exercise in course.exercises:
        sources = [cell.source for cell in build_notebook(course, [exercise]).cells]
        assert sources[0].startswith(f"# Exercise {exercise.id}: {exercise.title}\n\n*{course.file.title}*\n")
        assert not [source for source in sources[1:] if f"Exercise {exercise.id}:" in source]
    assert introduce(course, course.exercises).startswith(f"# {course.file.title}\n")


def test_each_answer_is_listed_once(course: Course) -> None:
    """No list of names repeats what the statement and the code say."""
    assert "Answers:" not in build_script(course, course.exercises)


def test_the_first_cell_says_how_to_answer_check_and_submit(course: Course) -> None:
    """The words fit the exercise: its own tags, its own text answer, and none where there is no text."""
    first = introduce(course, course.exercises[:1])
    for words in ("`...`", "**ex1d_text**", "(`ex1`, `1a`)", "VS", "`python -m numgrade_student ex1.py`"):
        assert words in first
    assert "Submit" not in first
    without = introduce(course, [make_course(course).exercises[0]])
    assert "in words" not in without
    assert max(map(len, first.splitlines())) < 120


def test_the_due_moment_and_the_way_to_submit_come_from_the_course(course: Course) -> None:
    """Each assignment of these exercises is named with its moment; a sentence of the author's follows."""
    due = datetime(2026, 11, 6, 23, 59, tzinfo=timezone(timedelta(hours=1)))
    assignments = (
        Assignment(id="hw1", exercises=("1", "2"), due=due),
        Assignment(id="hw2", exercises=("3",), due=due.replace(month=12)),
        Assignment(id="hw3", exercises=("4",)),
    )
    changed = course.file.model_copy(update={"assignments": assignments, "submit": "Upload it to Moodle."})
    course = course.model_copy(update={"file": changed})
    one, two, three, four = course.exercises[:4]
    november, december = "6 November 2026, 23:59 (UTC+01:00)", "6 December 2026, 23:59 (UTC+01:00)"

    def last(*exercises: Exercise) -> str:
        return " ".join(introduce(course, exercises).rpartition("\n\n")[2].split())

    assert last(one) == f"**Submit** until {november}. Upload it to Moodle."
    assert last(one, two, three) == f"**Submit** 1, 2 until {november}; 3 until {december}. Upload it to Moodle."
    assert last(four) == "Upload it to Moodle."


def test_notebooks_check_every_part_and_the_whole(course: Course) -> None:
    """Below each part is a cell that checks it, and at the end one for all; a script has none."""
    cells = build_notebook(course, course.exercises[:1]).cells
    checks = [cell.source.splitlines()[-1] for cell in cells if cell.id.endswith("check")]
    assert checks == ['check("1a")', 'check("1b")', 'check("1c")', 'check("1d")', "check()"]
    assert cells[-1].source == "from numgrade_student import check\n\ncheck()"
    assert "import check" not in build_script(course, course.exercises)


def test_starters_of_before_are_known(course: Course) -> None:
    """Students who began with an older starter have submitted nothing as long as its words are all there is."""
    old = "*Write your answer here, in place of these lines.*"
    for _, part, answer in walk_answers(course):
        if answer.kind == "text":
            words, placeholder = starter_words(part, answer), text_placeholder(part, answer)
            head = placeholder.partition("\n\n")[0]
            for text in (placeholder, f"{head}\n\n{old}", f"{head}\n\n{OPEN_COMMENT}", f"{old}\n{OPEN_TEXT}"):
                assert is_untouched(text, words)
            assert not is_untouched(f"{head}\n\nBecause.", words)


def test_a_set_of_files_for_each_exercise_and_one_for_all(course: Course, tmp_path: Path) -> None:
    """Each exercise has a notebook and a script, and so has the whole; writing again changes nothing."""
    paths = write_files(tmp_path / "out", build_starters(course))
    names = [f"{stem}.{ending}" for stem in [*(f"ex{n}" for n in range(1, 9)), "all"] for ending in ("ipynb", "py")]
    assert [path.name for path in paths] == names
    before = {path: path.read_bytes() for path in paths}
    assert write_files(tmp_path / "out", build_starters(course)) == paths
    assert before == {path: path.read_bytes() for path in paths}
    for path in paths:
        if path.suffix == ".py":
            ast.parse(path.read_text("utf-8"))
        else:
            nbformat.validate(nbformat.reads(path.read_text("utf-8"), as_version=4))


@pytest.mark.parametrize("spoil", [lambda path: path.write_text("mine"), lambda path: path.write_bytes(b"\xff")])
def test_work_is_never_overwritten(course: Course, tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    """Where one file holds something else, none is written and the message names it."""
    spoil(tmp_path / "ex1.py")
    with pytest.raises(UsageError, match=r"not overwritten, .*ex1\.py$"):
        write_files(tmp_path, build_starters(course))
    assert [path.name for path in tmp_path.iterdir()] == ["ex1.py"]


def test_the_courses_data_is_written_beside_the_starters(course: Course, tmp_path: Path) -> None:
    """Each file is where students' code looks for it; what differs or is in the way is not overwritten."""
    data = {"data/x.csv": b"1,2\n", "data/deep/y.bin": bytes(9)}
    paths = write_files(tmp_path, build_starters(course) | data)
    assert {tmp_path / name for name in data} <= set(paths)
    assert (tmp_path / "data/x.csv").read_bytes() == b"1,2\n"
    assert write_files(tmp_path, build_starters(course) | data) == paths
    (tmp_path / "data/x.csv").write_bytes(b"mine")
    for name in ("data/x.csv", "data", "data/x.csv/more"):
        with pytest.raises(UsageError, match="not overwritten"):
            write_files(tmp_path, build_starters(course) | {name: b"1,2\n"})
    assert (tmp_path / "data/x.csv").read_bytes() == b"mine"


def test_own_data_stand_in_statement_and_cell(course: Course) -> None:
    """Beside the mark; every other exercise is everybody's."""
    values = {"p": (0.1, 0.5, 0.2, 0.2), "q": (0.2, 0.2, 0.5, 0.1)}
    draw = Draw(student="ada", exercise="1", draw=0, mark="a" * 24, values=dict(values))
    own, printed = build_starters(course, {"1": draw}), build_starters(course)
    script = own["ex1.py"].decode()
    assert "$p = (0.1, 0.5, 0.2, 0.2)$ and $q = (0.2, 0.2, 0.5, 0.1)$" in script
    assert "p = np.array([0.1, 0.5, 0.2, 0.2])" in script
    assert f'ex1_variant = "{"a" * 24}"' in script
    assert {name for name in own if own[name] != printed[name]} == {"ex1.py", "ex1.ipynb", "all.py", "all.ipynb"}
    assert b"_variant" not in printed["all.py"]
    assert b"{{" not in printed["all.py"]
