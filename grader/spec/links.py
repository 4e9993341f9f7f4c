"""What must hold between the files of a course: names that are used exist, once, and rubrics fit their text answers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path

from grader.course import Answer, BaseCheck, CourseFile, Criterion, Exercise, Part, ReleaseFile, Rubric
from grader.errors import Problem
from grader.judge.rules import rule_of
from grader.judge.rules.text import TextCheck
from grader.reference import FOLDER, NOT_EXERCISES, path_of
from grader.spec.keys import list_misspelt, suggest
from grader.spec.known import Known
from grader.spec.problems import list_misspelt_answers
from grader.spec.release import find_release_problems
from grader.spec.variants import find_variant_problems
from grader.spec.yaml12 import Document, KeyPath

EXAMPLES = "public.inputs"  # the catalogue of the examples that students may have


@dataclass(frozen=True)
class Located:
    """Something of an exercise with the place it stands at."""

    document: Document
    path: KeyPath

    def problem(self, *steps: str | int, message: str) -> Problem:
        """Return a `Problem` at `steps` below here."""
        return self.document.problem((*self.path, *steps), message)


@dataclass(frozen=True)
class Files:
    """All files of a course, each read without a problem, and the names of its own code (None: it does not run)."""

    course: tuple[Document, CourseFile]
    exercises: tuple[tuple[Document, Exercise], ...]
    rubrics: tuple[tuple[Document, Rubric], ...]
    known: Known | None = None
    release: tuple[Document, ReleaseFile] | None = None

    @cached_property
    def checks(self) -> tuple[tuple[Located, str, BaseCheck], ...]:
        """Every check with its place and the id of its part."""
        return tuple(
            (Located(document, ("parts", at, "checks", index)), part.id, check)
            for document, exercise in self.exercises
            for at, part in enumerate(exercise.parts)
            for index, check in enumerate(part.checks)
        )

    @cached_property
    def answers(self) -> tuple[tuple[Located, Answer], ...]:
        """Every answer with its place."""
        return tuple(
            (Located(document, ("parts", at, "answers", index)), answer)
            for document, exercise in self.exercises
            for at, part in enumerate(exercise.parts)
            for index, answer in enumerate(part.answers)
        )

    @cached_property
    def places(self) -> Mapping[str, str]:
        """`file:line` of every check by the id that reports show, and of every part and exercise by its own."""
        found: dict[str, str] = {}
        for document, exercise in self.exercises:
            found[exercise.id] = _show_place(document, ("id",))
            for at, part in enumerate(exercise.parts):
                found[part.id] = _show_place(document, ("parts", at))
        found.update(
            (f"{part}.{check.id}", _show_place(place.document, place.path)) for place, part, check in self.checks
        )
        return found


def _show_place(document: Document, path: KeyPath) -> str:
    problem = document.problem(path, "")
    return f"{problem.file}:{problem.line}"


def find_link_problems(files: Files) -> Iterator[Problem]:
    """Yield what is wrong between the files of a course."""
    yield from _check_catalogue(*files.course)
    yield from _check_unused(files)
    yield from _check_parts(files)
    yield from _check_names(files)
    yield from _check_assignments(files)
    yield from find_variant_problems(*files.course, files.exercises, files.known)
    if files.release is not None:
        yield from find_release_problems(*files.release, files.course[1])
    if files.known is not None:
        yield from _check_functions(files, files.known)
    answers = {answer.name: answer for _, answer in files.answers}
    told = {name for _, exercise in files.exercises for part in exercise.parts for name in list_misspelt_answers(part)}
    for place, _, check in files.checks:
        yield from _check_uses(place, check, answers, told)
        yield from _check_named(place, check, files)
        yield from _check_settled(place, check, answers)
    yield from _check_examples(files)
    yield from _check_cycles(files)
    yield from _check_apart(files)
    yield from _check_rubrics(files)


def _check_catalogue(document: Document, course: CourseFile) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, mistake in enumerate(course.mistakes):
        if mistake.code in seen:
            yield document.problem(("mistakes", index, "code"), f"{mistake.code}: expected once, got it above too")
        seen.add(mistake.code)
        if mistake.share > 1:
            yield document.problem(("mistakes", index, "share"), f"{mistake.share}: expected at most 1, the whole")
    names = [invariant.name for invariant in course.invariants]
    for index, name in enumerate(names):
        if name in names[:index]:
            yield document.problem(("invariants", index, "name"), f"{name}: expected once, got it above too")


def _check_unused(files: Files) -> Iterator[Problem]:
    """Yield the entries of the catalogues that no check names: a code that was misspelt elsewhere, or left behind."""
    document, course = files.course
    named: dict[str, set[str]] = {"catalogue": set(), "invariants": set()}
    for _, _, check in files.checks:
        for one in rule_of(check).names(check):
            named.setdefault(one.catalogue, set()).add(one.name)
    codes = _list_unused((mistake.code for mistake in course.mistakes), named["catalogue"])
    for index, mistake in enumerate(course.mistakes):
        if mistake.code in codes:
            message = f"{mistake.code}: expected some check to look for this mistake, and none does"
            yield document.problem(("mistakes", index, "code"), message)
    names = _list_unused((invariant.name for invariant in course.invariants), named["invariants"])
    for index, invariant in enumerate(course.invariants):
        if invariant.name in names:
            message = f"{invariant.name}: expected some check to ask for this invariant, and none does"
            yield document.problem(("invariants", index, "name"), message)


def _list_unused(entries: Iterable[str], named: set[str]) -> set[str]:
    """Return the entries that nothing names, misspelt or not."""
    known = set(entries)
    unused = known - named
    return unused - set(list_misspelt(named, known, unused).values())


def _check_parts(files: Files) -> Iterator[Problem]:
    first: dict[str, Document] = {}
    for document, exercise in files.exercises:
        for index, part in enumerate(exercise.parts):
            other = first.setdefault(part.id, document)
            if other is not document:
                message = f"{part.id}: expected an id of its own in the course, got one that {other.file} has too"
                yield document.problem(("parts", index, "id"), message)
        if files.known is not None and exercise.module in NOT_EXERCISES:
            message = f"{exercise.id}: expected another word, as {FOLDER}/{exercise.module} is for something else"
            yield document.problem(("id",), message)


def _check_functions(files: Files, known: Known) -> Iterator[Problem]:
    """Yield the functions of the reference that an exercise names, or needs, and that are not there."""
    for document, exercise in files.exercises:
        needed = dict(_list_needed(exercise))
        is_misnamed = Path(document.file).stem != exercise.tag or exercise.module in NOT_EXERCISES
        if not needed or is_misnamed:  # a problem by itself, and the module is another's
            continue
        where = path_of(exercise.module)
        if not known.has_module(exercise.module):
            there = suggest(exercise.module, known.list_modules())
            message = f"{exercise.id}: expected its reference in {where}, and there is no such file; {there}"
            yield document.problem(("id",), message)
            continue
        functions = known.list_functions(exercise.module)
        if functions is None:
            continue
        for path, name in needed.items():
            if name not in functions:
                public = {one for one in functions if not one.startswith("_")}
                got = known.describe(exercise.module, name) or f"none; {suggest(name, public)}"
                yield document.problem(path, f"{name}: expected a function of this name in {where}, got {got}")


def _list_needed(exercise: Exercise) -> Iterator[tuple[KeyPath, str]]:
    """Yield the functions that the exercise's module has to have, each with the key that names it."""
    for at, part in enumerate(exercise.parts):
        specs = {answer.name: answer for answer in part.answers}
        named: set[str] = set()
        for index, check in enumerate(part.checks):
            for path, name in rule_of(check).functions(check, specs[check.answer]) if check.answer in specs else ():
                named.add(check.answer)
                yield ("parts", at, "checks", index, *path), name
        yield from ((("parts", at, *path), name) for path, name in _list_unnamed(part, named))


def _list_unnamed(part: Part, named: set[str]) -> Iterator[tuple[KeyPath, str]]:
    """Yield the answers whose value the reference has to give although no check names a function for it."""
    misspelt = list_misspelt_answers(part).values()
    for index, answer in enumerate(part.answers):
        if answer.name in misspelt:
            continue
        if answer.name not in named and not answer.optional and answer.kind not in {"text", "figure"}:
            yield ("answers", index, "name"), answer.name


def _check_names(files: Files) -> Iterator[Problem]:
    first: dict[str, Located] = {}
    for place, answer in files.answers:
        if answer.name in first:
            other = first[answer.name].problem("name", message="")
            message = f"{answer.name}: expected a name of its own, got one that {other.file}:{other.line} has too"
            yield place.problem("name", message=message)
        first.setdefault(answer.name, place)


def _check_assignments(files: Files) -> Iterator[Problem]:
    document, course = files.course
    known = {exercise.id for _, exercise in files.exercises}
    seen: dict[str, str] = {}
    for index, assignment in enumerate(course.assignments):
        path: KeyPath = ("assignments", index)
        if assignment.id in {one.id for one in course.assignments[:index]}:
            message = f"{assignment.id}: expected an id of its own, got that of an earlier assignment"
            yield document.problem((*path, "id"), message)
        if assignment.extensions and assignment.due is None:
            yield document.problem((*path, "extensions"), "extensions without a due moment: expected `due` as well")
        for at, exercise in enumerate(assignment.exercises):
            where = (*path, "exercises", at)
            if exercise not in known:
                message = f"{exercise} is not an exercise of this course: {suggest(exercise, known)}"
                yield document.problem(where, message)
            elif exercise in seen:
                message = f"{exercise}: expected in one assignment, got it in {seen[exercise]} too"
                yield document.problem(where, message)
            seen.setdefault(exercise, assignment.id)
    left = ", ".join(sorted(_list_unused(known, set(seen))))
    if course.assignments and left:
        yield document.problem(("assignments",), f"expected every exercise in some assignment, got none with {left}")


def _check_apart(files: Files) -> Iterator[Problem]:
    """Yield where a check uses an answer of another assignment, which may be graded without it."""
    assigned: dict[str, str] = {}
    for one in files.course[1].assignments:
        for name in one.exercises:
            assigned.setdefault(name, one.id)  # one in two assignments is a problem already
    homes = {
        answer.name: assigned.get(exercise.id)
        for _, exercise in files.exercises
        for part in exercise.parts
        for answer in part.answers
    }
    for place, _, check in files.checks:
        home = homes.get(check.answer)
        for use in rule_of(check).uses(check):
            other = homes.get(use.name)
            if home is not None and other is not None and other != home:
                message = f"{use.name}: expected an answer of the assignment {home}, got one of {other}"
                yield place.problem(*use.path, message=message)


def _check_uses(
    place: Located, check: BaseCheck, answers: Mapping[str, Answer], told: Collection[str]
) -> Iterator[Problem]:
    """Yield where a check uses what is not an answer; names that are `told` to be misspelt are a problem already."""
    for use in rule_of(check).uses(check):
        if use.name in told:
            continue
        if use.name not in answers:
            message = f"{use.name} is not an answer in this course: {suggest(use.name, answers)}"
            yield place.problem(*use.path, message=message)
        elif answers[use.name].kind not in use.kinds:
            message = f"{use.name} ({answers[use.name].kind}): expected {' or '.join(use.kinds)}"
            yield place.problem(*use.path, message=message)


def _check_named(place: Located, check: BaseCheck, files: Files) -> Iterator[Problem]:
    """Yield where a check names something of the course's catalogues or code that is not there."""
    course = files.course[1]
    listed = {
        "catalogue": ("mistakes", {mistake.code for mistake in course.mistakes}),
        "invariants": ("invariants", {one.name for one in course.invariants}),
    }
    for named in rule_of(check).names(check):
        key, entries = listed.get(named.catalogue, ("", {named.name}))
        functions = files.known.catalogues.get(named.catalogue) if files.known is not None else None
        if named.name not in entries:
            message = f"{named.name} is not in the catalogue of course.yaml ({key}): {suggest(named.name, entries)}"
            yield place.problem(*named.path, message=message)
        elif functions is not None and named.name not in functions:
            where = path_of(named.catalogue)
            message = f"{named.name} is not a function of {where}: {suggest(named.name, functions)}"
            yield place.problem(*named.path, message=message)


def _check_settled(place: Located, check: BaseCheck, answers: Mapping[str, Answer]) -> Iterator[Problem]:
    """Yield where a theorem settles what is not an answer."""
    for index, name in enumerate(getattr(check, "settles", ())):
        if name not in answers:
            message = f"{name} is not an answer in this course: {suggest(name, answers)}"
            yield place.problem("settles", index, message=message)


def _check_examples(files: Files) -> Iterator[Problem]:
    """Yield where the examples of a function are not there, or belong to something else."""
    known = files.known.catalogues.get(EXAMPLES) if files.known is not None else None
    for place, answer in files.answers:
        if answer.examples is None:
            continue
        if answer.kind != "function":
            message = f"{answer.examples}: expected none, as {answer.name} is no function ({answer.kind})"
            yield place.problem("examples", message=message)
        elif known is not None and answer.examples not in known:
            message = f"{answer.examples} is not a function of {path_of(EXAMPLES)}: {suggest(answer.examples, known)}"
            yield place.problem("examples", message=message)


def _check_cycles(files: Files) -> Iterator[Problem]:
    """Yield a problem for the first circle of answers that are judged by each other, which could never be decided."""
    graph: dict[str, set[str]] = {}
    places: dict[str, Located] = {}
    for place, _, check in files.checks:
        needs = {use.name for use in rule_of(check).uses(check) if use.is_judged_by}
        if needs:
            graph.setdefault(check.answer, set()).update(needs)
            places.setdefault(check.answer, place)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1][::-1]
        yield places[circle[0]].problem(message=f"circular dependency: {' → '.join(circle)}")


def _check_rubrics(files: Files) -> Iterator[Problem]:
    texts = {check.answer: (place, part, check) for place, part, check in files.checks if isinstance(check, TextCheck)}
    found: dict[str, str] = {}
    for document, rubric in files.rubrics:
        yield from _check_rubric(document, rubric)
        if rubric.answer not in texts:
            yield document.problem(("answer",), f"{rubric.answer}: {_expect_text(rubric.answer, texts)}")
            continue
        if rubric.answer in found:
            yield document.problem(("answer",), f"{rubric.answer}: expected one rubric, got {found[rubric.answer]} too")
        found.setdefault(rubric.answer, document.file)
        _, part, check = texts[rubric.answer]
        if rubric.part != part:
            yield document.problem(("part",), f"{rubric.part}: expected {part}, the part of {rubric.answer}")
        if rubric.points != check.points:
            yield document.problem(("points",), f"{rubric.points}: expected {check.points}, the points of the check")
    missing = set(texts) - set(found)
    missing -= set(list_misspelt((rubric.answer for _, rubric in files.rubrics), texts, missing).values())
    for answer, (place, part, _) in texts.items():
        if answer in missing:
            yield place.problem("answer", message=f"{answer} has no rubric: expected rubrics/{part}.yaml")


def _expect_text(answer: str, texts: Collection[str]) -> str:
    return f"expected an answer with a check by the rule text: {suggest(answer, texts)}"


def _check_rubric(document: Document, rubric: Rubric) -> Iterator[Problem]:
    criteria: dict[str, Criterion] = {}
    for index, criterion in enumerate(rubric.criteria):
        if criterion.id in criteria:
            yield document.problem(("criteria", index, "id"), f"{criterion.id}: expected once, got it above too")
        criteria.setdefault(criterion.id, criterion)
        if any(more <= less for more, less in pairwise(criterion.choices)):
            points = ", ".join(str(level.points) for level in criterion.levels)
            expected = f"expected points that fall, each below {criterion.points} and above 0"
            yield document.problem(("criteria", index, "levels"), f"{points}: {expected}")
    total = sum((criterion.points for criterion in rubric.criteria), Fraction(0))
    if total != rubric.points:
        yield document.problem(("points",), f"{rubric.points}: expected the sum of the criteria's points, {total}")
    for index, example in enumerate(rubric.examples):
        for name, given in example.points.items():
            path = ("examples", index, "points", name)
            if name not in criteria:
                yield document.problem(path, f"{name} is not a criterion of this rubric: {suggest(name, criteria)}")
            elif total == rubric.points and given not in criteria[name].choices:  # else the criteria are to be mended
                choices = ", ".join(map(str, criteria[name].choices))
                yield document.problem(path, f"{given}: expected points that the criterion gives: {choices}")
