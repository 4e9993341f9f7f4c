"""From the evidence of a class to its shared mistakes: gathered, grouped, explained."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, field

from grader.copies import read_sources
from grader.judge.bounds import standing
from grader.model import Evidence
from grader.pipeline import Grader
from grader.unnamed.changes import Explanation
from grader.unnamed.grouping import Group, group_attempts
from grader.unnamed.questions import Question, gather, list_own_exercises, list_questions
from grader.unnamed.search import Code, Searching, could_be_chance
from grader.unnamed.snippet import Snippet, write_snippet
from grader.validate.evidence import keep_quiet

LEAST = 2
LIMIT_S = 20.0


@dataclass(frozen=True)
class Explained:
    """Students with the same wrong results, and what gives these results; nothing was found where that is empty.

    `could_be_chance` belongs to the first explanation, as the snippet does, which there is not for two changes that
    could be chance. The time was over before all was tried where `is_over_time`.
    """

    question: Question
    group: Group
    explanations: tuple[Explanation, ...]
    could_be_chance: bool
    tried: int
    is_over_time: bool
    snippet: Snippet | None


@dataclass(frozen=True)
class Unnamed:
    """The shared mistakes of a class, the most frequent first, and how many students there are.

    `left_out` says by exercise how many have data of their own: what they gave is compared with nobody's.
    """

    students: int
    groups: tuple[Explained, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)


def find_unnamed(
    grader: Grader,
    pieces: Iterable[Evidence],
    least: int = LEAST,
    limit_s: float = LIMIT_S,
    clock: Callable[[], float] = time.monotonic,
) -> Unnamed:
    """Return the wrong results that at least so many students share, and what change of the reference gives them.

    Args:
        grader: the course, by which the evidence is judged anew.
        pieces: one piece of evidence a student, for the questions that this course asks.
        least: how many students a group has at least.
        limit_s: how long to search for what gives the wrong results of one check, in seconds.
        clock: the time, in seconds.

    Raises:
        CourseError: the reference cannot be read.
    """
    with redirect_stdout(sys.stderr), keep_quiet():  # what the author's code prints is no part of the result
        students: list[str] = []
        left_out: Counter[str] = Counter()

        def count(evidence: Evidence) -> Evidence:
            students.append(evidence.student)
            left_out.update(list_own_exercises(grader, evidence.student))
            return evidence

        attempts = gather(grader, list_questions(grader), map(count, pieces))
        groups = {question: group_attempts(question, own, least) for question, own in attempts.items()}
        code = Code(read_sources(grader.oracle.reference))
        taken = {mistake.code for mistake in grader.course.file.mistakes}
        found: list[Explained] = []
        for question, of_question in groups.items():
            if of_question:
                found += _explain(Searching(code, question, of_question, limit_s, clock), taken)
    ordered = tuple(sorted(found, key=lambda one: -len(one.group.students)))
    return Unnamed(len(students), ordered, dict(sorted(left_out.items())))


def _explain(searching: Searching, taken: set[str]) -> Iterator[Explained]:
    """Yield the groups of one check with what explains them; codes that are given to new mistakes join those taken."""
    question = searching.question
    with standing():
        search = searching.run()
    for group, explanations in zip(searching.groups, search.explanations, strict=True):
        is_chance, snippet = False, None
        if explanations:
            is_chance = could_be_chance(question, group.centre, explanations[0])
            if not is_chance or len(explanations[0].changes) == 1:  # of two changes by chance nobody makes a mistake
                snippet = write_snippet(searching.code.sources, question, explanations[0], taken)
                taken.add(snippet.code)
        yield Explained(question, group, explanations, is_chance, search.tried, search.is_over_time, snippet)
