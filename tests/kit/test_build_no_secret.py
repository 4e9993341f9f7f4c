"""What students get holds nothing that decides a mark: by content, for both courses, and each leak is seen once."""

from __future__ import annotations

import inspect
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from grader.course import Answer, BaseCheck, Exercise, Mistake
from grader.judge.rules.expression import ExpressionCheck
from grader.judge.rules.invariant import InvariantCheck
from grader.kit import build_kit
from grader.kit.wheel import PACKAGE, read_package
from grader.oracle import INPUTS
from grader.pipeline import Grader, load_grader
from grader.starter import build_cells

ROOT = Path(__file__).resolve().parents[2]
COURSES = {"kl": ROOT, "numerics": ROOT / "examples" / "numerics"}
Texts = Mapping[str, str]  # the kit's texts by their paths, a wheel opened

_NUMBER = re.compile(r"(?<![\w.])[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?(?![\w.]*\w)")
_PROSE = 25  # characters: a shorter sentence may well be anybody's
_PLAIN = frozenset({-1.0, 0.0, 0.5, 1.0, 2.0})  # numbers that say nothing
_PUBLIC_CODE = ("import ", "from ", "return None", '"""', "@")


@dataclass(frozen=True)
class Opened:
    """A course with everything that it keeps to itself, and its kit as texts."""

    grader: Grader
    folder: Path
    texts: Texts

    def list_checks(self) -> Iterator[tuple[Exercise, BaseCheck]]:
        """Yield every check with its exercise."""
        for exercise in self.grader.course.exercises:
            yield from ((exercise, check) for part in exercise.parts for check in part.checks)

    def list_answers(self) -> Iterator[Answer]:
        """Yield every answer."""
        for exercise in self.grader.course.exercises:
            yield from (answer for part in exercise.parts for answer in part.answers)


@cache
def open_course(name: str) -> Opened:
    """Return a course and its kit."""
    folder = COURSES[name]
    grader = load_grader(folder)
    files = build_kit(grader.course, folder, github=True)
    return Opened(grader, folder, dict(_read_texts(files)))


@pytest.fixture(params=sorted(COURSES))
def opened(request: pytest.FixtureRequest) -> Opened:
    """Each of the two courses."""
    return open_course(request.param)


def _read_texts(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    for name, content in files.items():
        if name.endswith(".whl"):
            with zipfile.ZipFile(io.BytesIO(content)) as wheel:
                members = {one: wheel.read(one) for one in wheel.namelist() if not one.endswith("RECORD")}
            yield from _read_texts(members)
        elif name.endswith(".ipynb"):
            yield name, "\n\n".join("".join(cell["source"]) for cell in json.loads(content)["cells"])
        else:
            yield name, content.decode("utf-8")


# ---------------------------------------------------------------- what a course keeps to itself


def list_lines(text: str) -> set[str]:
    """Return the lines that say something, without the space around them and comment signs before them."""
    lines = {line.strip().removeprefix("#").strip() for line in text.splitlines()}
    return {line for line in lines if len(line) >= 12 and not line.startswith(_PUBLIC_CODE)}


def list_secret_lines(opened: Opened) -> set[str]:
    """Return the lines of `reference/` that are not in its public part, in the package of the check, or given data."""
    reference = opened.folder / "reference"
    public = reference / "public"
    paths = [path for path in reference.rglob("*") if path.suffix in {".py", ".yaml"}]
    hidden = {line for path in paths if not path.is_relative_to(public) for line in list_lines(path.read_text("utf-8"))}
    known = {line for path in public.rglob("*.py") for line in list_lines(path.read_text("utf-8"))}
    ours = {line for content in read_package().values() for line in list_lines(content.decode())}
    cells = build_cells(opened.grader.course, opened.grader.course.exercises)
    given = {line for cell in cells if cell.id.endswith("-given") for line in list_lines(cell.source)}
    return hidden - known - ours - given


def list_numbers(value: object) -> Iterator[float]:
    """Yield the numbers in a value of the reference, whatever holds them."""
    if isinstance(value, str | bytes | bool) or value is None:
        return
    if isinstance(value, Mapping):
        yield from (number for item in value.values() for number in list_numbers(item))
    elif isinstance(value, complex):
        yield from (value.real, value.imag)
    elif isinstance(value, Iterable):
        yield from (number for item in value for number in list_numbers(item))
    elif isinstance(value, int | float) or hasattr(value, "__float__"):
        yield float(value)


def show_digits(number: float) -> str | None:
    """Return three significant digits of a number, without its sign; None where it has fewer, or is a whole number."""
    shown = f"{abs(number):.3g}"
    digits = shown.partition("e")[0].replace(".", "").strip("0")
    return shown if len(digits) == 3 else None


def list_values(opened: Opened) -> set[str]:
    """Return in three digits what the reference gives for every answer, and what a known mistake gives."""
    found: set[str] = set()
    kinds = {answer.name: answer.kind for answer in opened.list_answers()}
    for exercise, check in opened.list_checks():
        if kinds[check.answer] in {"function", "figure", "text"}:
            continue
        names = [check.reference_name, *(use.wrong for use in getattr(check, "mistakes", ()) if use.wrong)]
        for name in names:
            numbers = list_numbers(_find_value(opened, exercise, name))
            found |= {digits for number in numbers if (digits := show_digits(number))}
    given = {
        digits
        for exercise in opened.grader.course.exercises
        for datum in exercise.given
        for number in list_numbers(datum.value)
        if (digits := show_digits(number))
    }
    data = {digits for name, text in opened.texts.items() if name.startswith("data/") for digits in list_shown(text)}
    return found - given - data


def _find_value(opened: Opened, exercise: Exercise, name: str) -> object:
    """Return a value of the reference; nothing where it needs arguments, or there is none."""
    oracle = opened.grader.oracle
    if not oracle.reference.defines(exercise.module, name):
        return None
    if inspect.signature(oracle.reference.function(exercise.module, name)).parameters:
        return None
    return oracle.value(exercise.id, name)


def list_shown(text: str) -> set[str]:
    """Return the numbers that a text shows, in three digits, where it shows so many."""
    return {digits for found in _NUMBER.findall(text) if (digits := show_digits(float(found)))}


def list_rows(opened: Opened, generator: str | None) -> set[tuple[float, ...]]:
    """Return the rows that a generator of the course gives, as plain numbers."""
    if generator is None:
        return set()
    _, generate = opened.grader.oracle.reference.find_function(INPUTS, generator)
    return {tuple(list_numbers(row)) for row in generate()}


def list_hidden_rows(opened: Opened) -> set[tuple[float, ...]]:
    """Return the rows of arguments that grading uses, as far as they are anything special."""
    names = {getattr(check, "inputs", None) for _, check in opened.list_checks()}
    return {row for name in names for row in list_rows(opened, name) if len(set(row) - _PLAIN) > 1}


def list_sentences(opened: Opened) -> dict[str, set[str]]:
    """Return what is written for afterwards or for staff, by kind."""
    course = opened.grader.course
    checks = [check for _, check in opened.list_checks()]
    mistakes: tuple[Mistake, ...] = course.file.mistakes
    uses = [use for check in checks for use in getattr(check, "mistakes", ())]
    criteria = [criterion for rubric in course.rubrics for criterion in rubric.criteria]
    examples = [example for rubric in course.rubrics for example in rubric.examples]
    tolerances = [getattr(check, "tolerance", None) for check in checks]
    settling = {check.theorem for check in checks if isinstance(check, InvariantCheck) and check.settles}
    return {
        "hint": {check.hint for check in checks} | {one.hint or "" for one in (*mistakes, *uses)},
        "mistake": {one.title for one in mistakes},
        "tolerance": {one.reason for one in tolerances if one is not None},
        "rubric": {text for one in criteria for text in (one.about, one.feedback)}
        | {text for one in examples for text in (one.text, one.why)},
        "guessable": {answer.guessable for answer in opened.list_answers()},
        "invariant": {one.statement for one in course.file.invariants if one.public or one.name in settling},
    }


# ---------------------------------------------------------------- what is found of it


def find_leaks(opened: Opened, texts: Texts) -> set[str]:
    """Return the kinds of secret that are found in these texts, each with what it is."""
    flat = {name: flatten(text) for name, text in texts.items()}
    whole = " ".join(flat.values())
    words = set(re.findall(r"\w+", whole))
    leaks = {
        f"line: {line}" for line in list_secret_lines(opened) & {one for t in texts.values() for one in list_lines(t)}
    }
    shown = {digits for name, text in texts.items() if not name.startswith("data/") for digits in list_shown(text)}
    leaks |= {f"value: {digits}" for digits in list_values(opened) & shown}
    for kind, sentences in list_sentences(opened).items():
        pieces = {piece for text in sentences for piece in split_sentences(text)}
        leaks |= {f"{kind}: {piece}" for piece in pieces if piece in whole}
    leaks |= {f"code: {one.code}" for one in opened.grader.course.file.mistakes if one.code in words}
    leaks |= {f"expression: {one}" for one in list_expressions(opened) if one in re.sub(r"\s", "", whole)}
    sequences = [tuple(map(float, _NUMBER.findall(text))) for text in texts.values()]
    leaks |= {
        f"input: {row}" for row in list_hidden_rows(opened) if any(holds(sequence, row) for sequence in sequences)
    }
    return leaks


def flatten(text: str) -> str:
    """Return a text in one line, comment signs and line breaks of Python or JSON taken out."""
    return " ".join(re.sub(r"^\s*#+|\\n", " ", text, flags=re.MULTILINE).split())


def split_sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a text that are long enough to be nobody else's."""
    flat = flatten(text)
    yield from (one.strip() for one in (flat, *re.split(r"(?<=[.?!]) ", flat)) if len(one.strip()) >= _PROSE)


def list_expressions(opened: Opened) -> set[str]:
    """Return the exact expressions of the reference, without space."""
    checks = [(exercise, check) for exercise, check in opened.list_checks() if isinstance(check, ExpressionCheck)]
    values = {str(opened.grader.oracle.value(exercise.id, check.reference_name)) for exercise, check in checks}
    return {re.sub(r"\s", "", value) for value in values}


def holds(sequence: tuple[float, ...], row: tuple[float, ...]) -> bool:
    """Return whether the numbers of a row follow one another in a text."""
    return any(sequence[at : at + len(row)] == row for at in range(len(sequence) - len(row) + 1))


def test_the_kit_holds_no_secret(opened: Opened) -> None:
    """No line of the reference, expected value, tolerance, hidden input, hint, known mistake or rubric."""
    assert sorted(find_leaks(opened, opened.texts)) == []


def test_examples_are_not_what_is_graded(opened: Opened) -> None:
    """What students try their functions on are other inputs than those of the grading."""
    examples = {answer.name: answer.examples for answer in opened.list_answers()}
    asked = 0
    for _, check in opened.list_checks():
        hidden = list_rows(opened, getattr(check, "inputs", None))
        for generator in {getattr(check, "examples", None), examples[check.answer]}:
            tried = list_rows(opened, generator)
            asked += len(tried)
            assert not tried & hidden, f"{generator} has rows of {check.id}"
    assert asked


def test_the_package_of_the_check_is_the_program_s_own(opened: Opened) -> None:
    """Beside the course the wheel holds nothing but the package, as it is for every course."""
    own = {name: text for name, text in opened.texts.items() if name.startswith(f"{PACKAGE}/")}
    files = {f"{PACKAGE}/{name}": content.decode() for name, content in read_package().items()}
    assert {name: text for name, text in own.items() if f"{PACKAGE}/course/" not in name} == files


PLANTS: dict[str, Callable[[Opened], str]] = {
    "line": lambda opened: min(list_secret_lines(opened)),
    "value": lambda opened: f"about {min(list_values(opened))}",
    "hint": lambda opened: next(check.hint for _, check in opened.list_checks() if len(check.hint) > _PROSE),
    "mistake": lambda opened: max((one.title for one in opened.grader.course.file.mistakes), key=len),
    "code": lambda opened: f"`{opened.grader.course.file.mistakes[0].code}`",
    "tolerance": lambda opened: max(list_sentences(opened)["tolerance"], key=len),
    "rubric": lambda opened: opened.grader.course.rubrics[0].criteria[0].about,
    "guessable": lambda opened: max(list_sentences(opened)["guessable"], key=len),
    "expression": lambda opened: f'as "{min(list_expressions(opened))}"',
    "input": lambda opened: str(max(list_hidden_rows(opened), key=len)),
}


@pytest.mark.parametrize("kind", PLANTS)
@pytest.mark.parametrize("where", ["README.md", "all.ipynb", f"{PACKAGE}/course/course.json"])
def test_each_kind_of_leak_is_seen(opened: Opened, kind: str, where: str) -> None:
    """A secret in the README, in a notebook or in the wheel is found and named."""
    planted = PLANTS[kind](opened)
    leaks = find_leaks(opened, {**opened.texts, where: f"{opened.texts[where]}\n{planted}\n"})
    assert [leak for leak in leaks if leak.startswith(f"{kind}: ")]
