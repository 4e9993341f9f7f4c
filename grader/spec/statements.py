"""What students read, against what they are asked for: answers are named, names are answers, each $ is closed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from grader.course import Exercise
from grader.errors import Problem
from grader.spec.keys import suggest
from grader.spec.places import PLACE, show_datum
from grader.spec.problems import list_misspelt_answers
from grader.spec.yaml12 import Document, KeyPath

_CODE = re.compile(r"(`+)(.+?)\1", re.DOTALL)
_FENCE = re.compile(r"^(```|~~~).*?^\1\s*$", re.DOTALL | re.MULTILINE)
_NAME = re.compile(r"([A-Za-z_]\w*)(\(.*\))?", re.DOTALL)
_SHOWN = 50  # characters of a line in a message
_SHARED = 2  # answers that begin alike make a prefix


def find_statement_problems(document: Document, exercise: Exercise) -> Iterator[Problem]:
    """Yield what is wrong in the statements of an exercise, at the line where it is written."""
    texts: list[tuple[KeyPath, str]] = [(("statement",), exercise.statement)]
    texts += [(("parts", index, "statement"), part.statement) for index, part in enumerate(exercise.parts)]
    for path, text in texts:
        for line, message in _find_dollars(text):
            yield document.text_problem(path, line, message)
        for line, message in _find_strangers(text, exercise):
            yield document.text_problem(path, line, message)
        for line, message in _find_data(text, exercise):
            yield document.text_problem(path, line, message)
    words = {word for _, text in texts for word in re.findall(r"\w+", text)}
    for at, part in enumerate(exercise.parts):
        misspelt = set(list_misspelt_answers(part).values())
        for index, answer in enumerate(part.answers):
            # The cell of a text carries its name.
            if answer.kind != "text" and answer.name not in words and answer.name not in misspelt:
                message = (
                    f"{answer.name}: expected its name in the statement of part {part.id}, and no statement names it"
                )
                yield document.problem(("parts", at, "answers", index, "name"), message)


def _blank(text: str) -> str:
    """Return the text with spaces in the place of code, every line where it was."""
    for pattern in (_FENCE, _CODE):
        text = pattern.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    return re.sub(r"\\\$", "  ", text)


def _find_dollars(text: str) -> Iterator[tuple[int, str]]:
    """Yield line and message of a formula that is not closed; a formula in a line ends in its paragraph."""
    lines = text.splitlines()
    opened: tuple[str, int] | None = None
    for number, line in enumerate(_blank(text).splitlines()):
        if not line.strip() and opened is not None:
            yield _say_open(*opened, lines)
            opened = None
        for found in re.finditer(r"\$\$|\$", line):
            if opened is None:
                opened = (found[0], number)
            elif opened[0] == found[0]:
                opened = None
            elif opened == ("$", number):
                opened = ("$", number)  # $a$$b$: one formula ends and the next begins
            else:
                yield _say_open(*opened, lines)
                opened = (found[0], number) if found[0] == "$$" else None
    if opened is not None:
        yield _say_open(*opened, lines)


def _say_open(sign: str, number: int, lines: list[str]) -> tuple[int, str]:
    line = lines[number].strip()
    shown = line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"
    return number, f"expected a closing {sign} in the same paragraph, got none, in {shown!r}; a dollar itself is \\$"


def _find_strangers(text: str, exercise: Exercise) -> Iterator[tuple[int, str]]:
    """Yield line and message of each name in backticks that looks like an answer of the exercise and is none."""
    answers = {answer.name: answer for part in exercise.parts for answer in part.answers}
    known = {datum.name for datum in exercise.given} | set(answers)
    for part in exercise.parts:
        known |= set(list_misspelt_answers(part))
    for answer in answers.values():
        known |= {parameter.name for parameter in answer.parameters} | set(answer.choices)
    prefixes = _list_prefixes(answers)
    for found in _CODE.finditer(text):
        name = _NAME.fullmatch(found[2].strip())
        if name is None or name[1] in known:
            continue
        if any(name[1].startswith(prefix) for prefix in prefixes):
            message = f"{name[1]} is not an answer of this exercise: {suggest(name[1], answers)}"
            yield text.count("\n", 0, found.start()), message


def _find_data(text: str, exercise: Exercise) -> Iterator[tuple[int, str]]:
    """Yield line and message of each place of a datum that there is none of, and of data that would not be drawn."""
    if exercise.variant is None:
        return
    known = exercise.data
    for found in PLACE.finditer(text):
        if found[1] not in known:
            yield (
                text.count("\n", 0, found.start()),
                f"{found[0]}: {found[1]} is not among `given`: {suggest(found[1], known)}",
            )
    for parameter in exercise.variant.parameters:
        value = known.get(parameter.name)
        shown = show_datum(value) if isinstance(value, tuple) else ""
        if shown and shown in text:
            line = text.count("\n", 0, text.index(shown))
            yield line, f"{shown}: expected {{{{{parameter.name}}}}}, as each student gets another value"


def _list_prefixes(names: Iterable[str]) -> tuple[str, ...]:
    """Return the beginnings, up to the first _, that several answers share."""
    count = Counter(f"{name.partition('_')[0]}_" for name in names if "_" in name.strip("_"))
    return tuple(prefix for prefix, number in count.items() if number >= _SHARED and len(prefix) > 1)
