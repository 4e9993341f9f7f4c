"""Reads the master notebook of Otter Assign: raw cells that say what begins and ends, YAML in them, marks in code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal, TypeAlias

from grader.errors import CourseError, UsageError
from grader.importing.assignment import Block, Notebook, Question, Test, keep_graded
from grader.spec.yaml12 import parse_yaml
from grader.submission.naming import shown
from grader.submission.notebook import AuthoredCell

TEXT_STUB = "_Type your answer here, replacing this text._"
_MARK = re.compile(
    r"#\s*(?P<what>(?:BEGIN|END) (?:QUESTION|SOLUTION|PROMPT|TESTS)|ASSIGNMENT CONFIG)\s*", re.IGNORECASE
)
_FENCED = re.compile(r"\s*```otter[ \t]*\n(?P<inside>.*?)\n?```\s*", re.DOTALL)
_CONFIG_BEGIN, _CONFIG_END = '"""#BEGINTESTCONFIG', ('"""#ENDTESTCONFIG', '""";#ENDTESTCONFIG')  # without spaces
_HIDDEN = re.compile(r"[ \t]*#[ \t]*HIDDEN[ \t]*", re.IGNORECASE)
_TARGET = re.compile(r"[\w.,\[\]\"' ]+")  # what may stand before the = of an assignment
_PROMPT_BEGIN = re.compile(r'^\s*"""\s*#\s*BEGIN PROMPT\s*$', re.IGNORECASE)
_PROMPT_END = re.compile(r'^\s*"""\s*;?\s*#\s*END PROMPT\s*$', re.IGNORECASE)
_LINE_MARK = re.compile(r"#\s*(?P<what>SOLUTION NO PROMPT|SOLUTION|IGNORE|SEED)\s*$", re.IGNORECASE)
_BLOCK_MARK = re.compile(r"^\s*#\s*(?P<what>(?:BEGIN|END) (?:SOLUTION(?: NO PROMPT)?|IGNORE))\s*$", re.IGNORECASE)
_CELL_MARK = re.compile(r"^\s*##\s*solution\s*##\s*\n?", re.IGNORECASE)
Place: TypeAlias = Literal["question", "solution", "prompt", "tests"]


@dataclass
class _Open:
    """A question that is being read."""

    config: Mapping[str, Any]
    where: str
    blocks: list[Block]
    tests: list[tuple[str, bool, Mapping[str, Any]]] = field(default_factory=list)  # code, whether hidden, its config


@dataclass
class _Reader:
    """What has been read of one notebook, and where the reading is."""

    name: str
    waiting: list[Block] = field(default_factory=list)
    introduction: list[Block] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    files: set[str] = field(default_factory=set)
    open: _Open | None = None
    place: Place = "question"

    def read(self, number: int, cell: AuthoredCell) -> None:
        """Take the next cell."""
        where = f"{shown(self.name)}, cell {number}"
        text = find_marked(cell)
        found = _MARK.match(text)
        if found is not None:
            self._read_mark(" ".join(found["what"].upper().split()), text[found.end() :], where)
        elif self.open is None:
            self.waiting += _build_given(cell)
        else:
            self._read_inside(self.open, cell, where)

    def _read_mark(self, mark: str, rest: str, where: str) -> None:
        match mark.split():
            case ["ASSIGNMENT", _]:
                self._read_assignment(read_config(rest, where))
            case ["BEGIN", "QUESTION"]:
                if self.open is not None:
                    raise UsageError(f"{where}: expected # END QUESTION first, as {self.open.where} begins one")
                self._begin(_Open(read_config(rest, where), where, []))
            case ["END", "QUESTION"]:
                self._end(self._expect_open(mark, where))
            case ["BEGIN", what]:
                self._expect_open(mark, where)
                self.place = what.lower()  # type: ignore[assignment]
            case _:
                self._expect_open(mark, where)
                self.place = "question"

    def _expect_open(self, mark: str, where: str) -> _Open:
        if self.open is None:
            raise UsageError(f"{where}: # {mark} stands in no question: expected # BEGIN QUESTION above it")
        return self.open

    def _read_assignment(self, config: Mapping[str, Any]) -> None:
        for key in ("files", "student_files", "autograder_files"):
            named = config.get(key)
            self.files |= {one for one in named if isinstance(one, str)} if isinstance(named, list) else set()

    def _begin(self, question: _Open) -> None:
        """Begin a question; what stands outside of questions belongs to the next one, or to the introduction."""
        if self.questions:
            question.blocks += self.waiting
        else:
            self.introduction = self.waiting
        self.waiting, self.open, self.place = [], question, "question"

    def _read_inside(self, question: _Open, cell: AuthoredCell, where: str) -> None:
        match self.place:
            case "tests" if cell.kind == "code":
                question.tests.append(read_test(cell.source, where))
            case "tests":
                pass
            case "solution" if cell.kind == "code":
                question.blocks.append(Block("code", "answer", *split_solution(cell.source)))
            case "solution":
                if question.config.get("manual"):
                    question.blocks.append(Block("markdown", "answer", cell.source, ""))
            case "prompt":
                question.blocks.append(Block("code" if cell.kind == "code" else "markdown", "answer", "", cell.source))
            case _:
                question.blocks += _build_given(cell)

    def _end(self, opened: _Open) -> None:
        config, where = opened.config, opened.where
        name = config.get("name")
        if not isinstance(name, str | int) or not str(name).strip():
            raise UsageError(f"{where}: expected a name in the question's YAML, such as name: q1")
        total, each = read_points(config.get("points"), where)
        manual = share_points(total, each, [None])[0] if config.get("manual") else None
        own = [_read_number(one.get("points"), where) for _, _, one in opened.tests]
        shares = share_points(total, each, own)
        tests = tuple(
            Test(f"{name}-{index}", "" if hidden else code, code if hidden else "", points)
            for index, ((code, hidden, _), points) in enumerate(zip(opened.tests, shares, strict=True), 1)
        )
        blocks = tuple(opened.blocks)
        self.questions.append(Question(str(name), blocks, tests, manual))
        self.open, self.place = None, "question"

    def close(self) -> Notebook:
        """Return the notebook.

        Raises:
            UsageError: a question does not end.
        """
        if self.open is not None:
            raise UsageError(f"{self.open.where}: the question has no end: expected # END QUESTION below it")
        graded, ungraded = keep_graded(self.questions, self.waiting)
        notes = (f"{shown(self.name)}: {shown(one)} has no test and became no part" for one in ungraded)
        return Notebook(self.name, tuple(self.introduction), graded, tuple(notes), frozenset(self.files))


def read_otter(name: str, cells: Iterable[AuthoredCell]) -> Notebook:
    """Return the notebook that these cells are; without a question where none is marked.

    Raises:
        UsageError: a mark or its YAML cannot be read; says where.
    """
    reader = _Reader(name)
    for number, cell in enumerate(cells, 1):
        reader.read(number, cell)
    return reader.close()


def find_marked(cell: AuthoredCell) -> str:
    """Return the text in which marks may stand: a raw cell's, or what is fenced as `otter` in a markdown cell."""
    if cell.kind == "raw":
        return cell.source
    fenced = _FENCED.fullmatch(cell.source) if cell.kind == "markdown" else None
    return fenced["inside"] if fenced else ""


def _build_given(cell: AuthoredCell) -> Iterator[Block]:
    if cell.source.strip():
        yield Block("code" if cell.kind == "code" else "markdown", "given", cell.source, cell.source)


def read_config(text: str, where: str) -> Mapping[str, Any]:
    """Return the YAML of a raw cell or a test.

    Raises:
        UsageError: it is none, or no mapping.
    """
    if not text.strip():
        return {}
    try:
        data = parse_yaml(text, where).data
    except CourseError as error:
        raise UsageError(f"{where}: its YAML cannot be read: {error.problems[0].message}") from error
    if not isinstance(data, Mapping):
        raise UsageError(f"{where}: expected keys and values in YAML, got {type(data).__name__}")
    return data


# ---------------------------------------------------------------- points


def read_points(points: object, where: str) -> tuple[Fraction | None, Sequence[Fraction | None]]:
    """Return the points of a question as a whole, and those of single tests where they are listed."""
    if isinstance(points, Mapping):
        each = _read_number(points.get("each"), where)
        return _read_number(points.get("total"), where), () if each is None else (each,) * 1000
    if isinstance(points, list):
        return None, [_read_number(one, where) for one in points]
    return _read_number(points, where), ()


def share_points(
    total: Fraction | None, each: Sequence[Fraction | None], own: Sequence[Fraction | None]
) -> list[Fraction]:
    """Return the points of each test as Otter shares them out: what is left of the total goes to those without."""
    stated = [
        point if point is not None else next(iter(each[index : index + 1]), None) for index, point in enumerate(own)
    ]
    given = sum((point for point in stated if point is not None), Fraction(0))
    without = sum(point is None for point in stated)
    whole = total if total is not None else Fraction(0 if given else 1)
    rest = max(whole - given, Fraction(0)) / without if without else Fraction(0)
    return [rest if point is None else point for point in stated]


def _read_number(points: object, where: str) -> Fraction | None:
    if points is None:
        return None
    if isinstance(points, int | float) and not isinstance(points, bool) and 0 <= points < 1e6:
        return Fraction(str(points))
    raise UsageError(f"{where}: expected a number of points, got {points!r:.60}")


# ---------------------------------------------------------------- code


def read_test(source: str, where: str) -> tuple[str, bool, Mapping[str, Any]]:
    """Return the code of a test, whether students do not see it, and its configuration."""
    config: list[str] = []
    code: list[str] = []
    is_inside = is_hidden = False
    for line in source.split("\n"):
        mark = "".join(line.split())
        if mark == _CONFIG_BEGIN or (is_inside and mark in _CONFIG_END):
            is_inside = not is_inside
        elif not is_inside and _HIDDEN.fullmatch(line):
            is_hidden = True
        else:
            (config if is_inside else code).append(line)
    found = read_config("\n".join(config), where)
    return "\n".join(code).strip(), is_hidden or found.get("hidden") is True, found


def split_solution(source: str) -> tuple[str, str]:
    """Return a code cell as the solution has it, and as the release does, by the marks in its lines."""
    solution: list[str] = []
    release: list[str] = []
    place = ""  # SOLUTION, SOLUTION NO PROMPT, IGNORE, PROMPT: the region that the line stands in
    for line in _CELL_MARK.sub("", source).split("\n"):
        mark = _BLOCK_MARK.match(line)
        if mark or _PROMPT_BEGIN.match(line) or _PROMPT_END.match(line):
            words = " ".join(mark["what"].upper().split()) if mark else ""
            place = words.removeprefix("BEGIN ") if words.startswith("BEGIN") else ""
            place = "PROMPT" if _PROMPT_BEGIN.match(line) else place
            if place == "SOLUTION":
                release.append(f"{_indent(line)}...")
            continue
        match place:
            case "PROMPT":
                release.append(line)
            case "IGNORE":
                pass
            case "":
                _split_line(line, solution, release)
            case _:
                solution.append(line)
    return "\n".join(solution).rstrip(), "\n".join(release).rstrip()


def _split_line(line: str, solution: list[str], release: list[str]) -> None:
    mark = _LINE_MARK.search(line)
    what = " ".join(mark["what"].upper().split()) if mark else ""
    if what == "IGNORE":
        return
    code = line[: mark.start()].rstrip() if mark else line
    solution.append(code)
    if what == "SOLUTION":
        target, sign, value = code.partition("=")
        is_assigned = bool(sign) and not value.startswith("=") and _TARGET.fullmatch(target) is not None
        release.append(f"{target.rstrip()} = ..." if is_assigned else f"{_indent(code)}...")
    elif not what:
        release.append(code)


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
