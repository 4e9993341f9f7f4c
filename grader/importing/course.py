"""From an assignment to the files of a course, and to what is said of it: carried over, open, left out."""

from __future__ import annotations

import builtins
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from importlib import metadata
from keyword import iskeyword
from pathlib import Path

from grader.errors import CourseError, Problem, UsageError, list_some
from grader.importing.assignment import Assignment, Notebook, Question, Test
from grader.importing.code import list_bound
from grader.importing.describe import describe_exercise, describe_rubric
from grader.importing.given import find_given
from grader.importing.imported import ImportedExercise, ImportedPart
from grader.importing.read import read_assignment
from grader.importing.samples import build_sample
from grader.importing.solution import (
    DATA,
    TEST_LIBRARIES,
    build_reference,
    find_definitions,
    list_packages,
    read_statements,
)
from grader.importing.statements import describe_answers, split_heading, write_statement
from grader.importing.suggest import Draft, suggest_answers
from grader.importing.yaml_text import clean_text, write_yaml
from grader.judge.rules.todo import OPEN_TASK
from grader.spec.load import load_course
from grader.submission.naming import shown
from grader.template import TEMPLATE, check_id, check_title, name_course, write_new

_TAKEN_MODULES = frozenset({"inputs", "invariants", "rules", "variants", "public", "reference"})
SHORTEST = 10  # characters of a statement
_OFFERED = frozenset({"numpy", "matplotlib"})  # to students of every course


@dataclass(frozen=True)
class Imported:
    """What became of an assignment.

    Attributes:
        paths: the files that were written.
        exercises: the new course's.
        data: the files that students get.
        is_accepted: the suggestions were taken.
        left_out: what could not be carried over, or not as it was.
        problems: what the new course's files say is wrong, open tasks aside.
    """

    paths: tuple[Path, ...]
    exercises: tuple[ImportedExercise, ...]
    data: tuple[str, ...]
    is_accepted: bool
    left_out: tuple[str, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def parts(self) -> tuple[ImportedPart, ...]:
        """All parts."""
        return tuple(part for exercise in self.exercises for part in exercise.parts)

    @property
    def drafts(self) -> tuple[Draft, ...]:
        """All answers that tests decided on."""
        return tuple(draft for part in self.parts for draft in part.drafts)

    @property
    def open_tasks(self) -> tuple[Draft, ...]:
        """The answers for which a rule is still to be chosen."""
        return tuple(draft for draft in self.drafts if not self.is_accepted or draft.rule is None)


def import_assignment(
    format_: str,
    source: Path,
    folder: Path,
    *,
    accept: bool = False,
    names: tuple[str | None, str | None] = (None, None),
) -> Imported:
    """Write a course into `folder` that is made of the assignment in `source`, and return what became of it.

    Args:
        format_: one of `READERS`.
        source: the folder of the assignment, or its notebook.
        folder: the new course's, missing or empty.
        accept: take the suggested rules, in place of open tasks.
        names: the course's id and title; None makes them of the folder's name.

    Raises:
        UsageError: the assignment cannot be read, or something is in the folder; nothing is written then.
    """
    assignment = read_assignment(format_, source)
    builder = _Builder(assignment)
    exercises = tuple(builder.build_exercises())
    if not exercises:
        raise UsageError(f"{source}: expected a question that earns points, got none")
    own_id, own_title = name_course(folder)
    header = {
        "schema": "grader/course/v1",
        "id": check_id(names[0] or own_id),
        "title": check_title(names[1] or own_title),
    }
    texts = dict(builder.write(exercises, header, accept=accept))
    paths = write_new(
        folder, {name: text if isinstance(text, bytes) else text.encode() for name, text in sorted(texts.items())}
    )
    left_out = tuple(dict.fromkeys([*builder.notes, *_list_unjudged(exercises)]))
    return Imported(tuple(paths), exercises, tuple(builder.data), accept, left_out, _find_problems(folder))


def _find_problems(folder: Path) -> tuple[Problem, ...]:
    """Return what is wrong with the files of a course, open tasks aside; none of its code runs."""
    try:
        load_course(folder)
    except CourseError as error:
        return tuple(problem for problem in error.problems if OPEN_TASK not in problem.message)
    return ()


def _list_unjudged(exercises: tuple[ImportedExercise, ...]) -> Iterator[str]:
    for exercise in exercises:
        for part in exercise.parts:
            for draft in part.drafts:
                yield from (f"{exercise.id}, {draft.name}: {said}" for said in draft.left_out)


@dataclass
class _Builder:
    """Makes the files of a course, with names that are unique in it."""

    assignment: Assignment
    notes: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)  # of answers
    ids: set[str] = field(default_factory=set)  # of exercises and parts
    data: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.notes += [note for one in self.assignment.notebooks for note in one.notes]
        self.notes += self.assignment.notes
        self.places = dict(self._choose_data())

    # ------------------------------------------------------------ names

    def _choose_id(self, wanted: str) -> str:
        """Return an id that is free."""
        plain = re.sub(r"[^a-z0-9]+", "-", wanted.lower()).strip("-")[:50].strip("-") or "notebook"
        if plain.replace("-", "_") in _TAKEN_MODULES or iskeyword(plain) or plain == "np":
            plain = f"notebook-{plain}"
        return _make_unique(plain, self.ids, "-")

    def _choose_name(self, wanted: str, others: frozenset[str] = frozenset()) -> str:
        """Return a name for an answer that is free, and that no student's code would miss."""
        plain = re.sub(r"\W", "_", wanted, flags=re.ASCII)[:60] or "answer"
        if plain[0].isdigit():
            plain = f"q{plain}"
        if iskeyword(plain) or hasattr(builtins, plain) or plain == "np" or plain in others:
            plain = f"{plain}_text"
        return _make_unique(plain, self.names, "_")

    # ------------------------------------------------------------ data

    def _choose_data(self) -> Iterator[tuple[str, str]]:
        """Yield each text that names a file of the assignment, with the file's path in the course."""
        code = [f"{block.solution}\n{block.release}" for one in self.assignment.notebooks for block in one.blocks]
        said = "\n".join([*code, *(test.source for test in self._list_tests())])
        configured = {name for one in self.assignment.notebooks for name in one.files}
        left: list[str] = []
        for path, content in self.assignment.files.items():
            place = path.removeprefix("data/")
            if path.endswith(".py") or not (path in said or path in configured):
                left.append(path)
                continue
            self.data[f"data/{place}"] = content
            yield from ((text, place) for text in (path, f"./{path}"))
        if left:
            self.notes.append(f"files that are no data which a notebook names: {list_some(left, 5)}")

    def _list_tests(self) -> Iterator[Test]:
        return (test for one in self.assignment.notebooks for question in one.questions for test in question.tests)

    # ------------------------------------------------------------ exercises

    def build_exercises(self) -> Iterator[ImportedExercise]:
        """Yield the exercises, one for each notebook."""
        for notebook in self.assignment.notebooks:
            exercise_id = self._choose_id(notebook.name)
            parts = tuple(self._build_parts(notebook))
            given, rest = find_given(notebook.introduction, {draft.name for part in parts for draft in part.drafts})
            heading = split_heading(write_statement(rest, self.places))
            title = heading.title or name_course(Path(notebook.name))[1]
            is_long = len(heading.text) >= SHORTEST
            statement = heading.text if is_long else f"{heading.text} (The notebook {notebook.name}.)".strip()
            if parts:
                yield ImportedExercise(exercise_id, title, statement, notebook, given, parts)

    def _build_parts(self, notebook: Notebook) -> Iterator[ImportedPart]:
        statements, notes = read_statements(notebook)
        self.notes += notes
        bound = frozenset(name for one in statements for name in list_bound(one.node))
        for number, question in enumerate(notebook.questions, 1):
            drafts = tuple(self._build_drafts(question))
            text = self._choose_name(question.id, bound) if question.manual else ""
            if drafts or text:
                yield self._build_part(notebook.name, number, question, drafts, text)
            else:
                self.notes.append(f"{notebook.name}, {question.id}: earns no points and became no part")

    def _build_part(
        self, notebook: str, number: int, question: Question, drafts: tuple[Draft, ...], text: str
    ) -> ImportedPart:
        is_code = bool(text) and any(block.kind == "code" for block in question.answers)
        if is_code:
            self.notes.append(f"{notebook}, {question.id}: code that a person marks; it goes into a text cell")
        given = [block for block in question.blocks if block.role == "given"]
        heading = split_heading(write_statement(given, self.places))
        title = heading.title or f"Question {number}"
        statement = describe_answers(heading.text or title, drafts, text if is_code else "")
        return ImportedPart(self._choose_part_id(question.id), title, statement, question, drafts, text)

    def _choose_part_id(self, wanted: str) -> str:
        plain = re.sub(r"[^A-Za-z0-9_-]+", "-", wanted).strip("-_")[:50] or "question"
        return _make_unique(plain, self.ids, "-")

    def _build_drafts(self, question: Question) -> Iterator[Draft]:
        defined = find_definitions(question)
        usable = {name: node for name, node in defined.items() if not hasattr(builtins, name) and name != "np"}
        fallback = re.sub(r"\W", "_", f"answer_{question.id}", flags=re.ASCII)
        for draft in suggest_answers(question, usable, fallback):
            if draft.points:
                yield self._give_own_name(draft)
            else:
                self.notes.append(f"{question.id}: {draft.name} earns no points and became no answer")

    def _give_own_name(self, draft: Draft) -> Draft:
        """Return an answer with a name that no earlier one has; without a rule where it had to be changed."""
        name = self._choose_name(draft.name)
        if name == draft.name:
            return draft
        said = f"{draft.name} is called {name} here, as another answer has that name, or none can have it"
        left_out = (*draft.left_out, said)
        observed = draft.observed or draft.name
        return replace(draft, name=name, rule=None, left_out=left_out, observed=observed)

    # ------------------------------------------------------------ files

    def write(
        self, exercises: tuple[ImportedExercise, ...], header: Mapping[str, object], *, accept: bool
    ) -> Iterator[tuple[str, str | bytes]]:
        """Yield path and content of every file of the course."""
        name = clean_text(shown(self.assignment.name))
        origin = f"imported from {name} ({self.assignment.format})"
        packages = self._choose_packages()
        yield "course.yaml", f"# I{origin[1:]}.\n{write_yaml({**header, 'packages': packages})}"
        yield ".gitignore", (TEMPLATE / "gitignore").read_bytes()
        yield "reference/__init__.py", '"""The instructor\'s solution, and the code that asks for it."""\n'
        yield (
            "reference/public/__init__.py",
            '"""What students may have of this course. Nothing here gives an answer away."""\n',
        )
        yield "reference/inputs.py", self._write_inputs("What students' functions are called with.", exercises)
        yield (
            "reference/public/inputs.py",
            self._write_inputs("What students may try their functions on.", exercises, "examples"),
        )
        yield from self.data.items()
        for exercise in exercises:
            yield f"exercises/{exercise.tag}.yaml", write_yaml(describe_exercise(exercise, accept=accept))
            yield f"reference/{exercise.module}.py", self._write_reference(exercise, origin)
            for part in exercise.parts:
                if part.text:
                    yield f"rubrics/{part.text}.yaml", write_yaml(describe_rubric(part))
            for whose in ("solution", "release"):
                yield f"submissions/{whose}/{exercise.tag}.ipynb", build_sample(exercise, whose, self.places)

    def _write_reference(self, exercise: ImportedExercise, origin: str) -> str:
        statements, _ = read_statements(
            exercise.notebook, {text: f"str({DATA} / {place!r})" for text, place in self.places.items()}
        )
        drafts = [draft for part in exercise.parts for draft in part.drafts]
        return build_reference(
            f"The instructor's solution of the exercise `{exercise.id}`, {origin}.", statements, drafts
        )

    def _write_inputs(self, about: str, exercises: tuple[ImportedExercise, ...], what: str = "inputs") -> str:
        functions: list[str] = []
        for exercise in exercises:
            for part in exercise.parts:
                for draft in part.drafts:
                    if rows := getattr(draft, what):
                        listed = "".join(f"        {row},\n" for row in rows)
                        said = f'"""Return the arguments of {draft.name} in the imported tests."""'
                        functions.append(f"def {draft.name}_{what}():\n    {said}\n    return [\n{listed}    ]\n")
        code = "\n\n".join(functions)
        imports = [f"import {line}\n" for word, line in _LIBRARIES.items() if re.search(rf"\b{word}\.", code)]
        return f'"""{about}"""\n' + ("\n" + "".join(imports) if imports else "") + (f"\n\n{code}" if code else "")

    def _choose_packages(self) -> list[str]:
        """Return the distributions whose modules the solution imports, as far as they are installed here."""
        sources = {
            str(n): block.solution
            for n, block in enumerate(b for one in self.assignment.notebooks for b in one.blocks)
            if block.kind == "code"
        }
        modules = dict.fromkeys(list_packages(sources))
        installed = metadata.packages_distributions()
        own = {path.removesuffix(".py") for path in self.assignment.files}
        chosen: list[str] = []
        for module in modules:
            if module in sys.stdlib_module_names or module in TEST_LIBRARIES | _OFFERED:
                continue
            if module in own:
                self.notes.append(f"{module}.py, which the solution imports: a course has no modules for students")
            elif module in installed:
                chosen.append(installed[module][0])
            else:
                self.notes.append(f"the package {module}, which the solution imports: it is not installed here")
        return list(dict.fromkeys(chosen))


_LIBRARIES = {"np": "numpy as np", "numpy": "numpy", "math": "math"}


def _make_unique(wanted: str, taken: set[str], between: str) -> str:
    """Return the name, with a number behind it where it is taken, and take it."""
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}{between}{number}"
    taken.add(name)
    return name
