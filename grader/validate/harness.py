"""One exercise with everything that judging trial answers to it needs: made once, asked thousands of times."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import ModuleType

from grader.course import BaseCheck, Course, Exercise, Part
from grader.errors import CourseError, TookTooLongError
from grader.judge import PreparedCourse, judge
from grader.judge.bounds import bounded
from grader.judge.cache import Cache
from grader.judge.probes import build_probes
from grader.judge.rules import rule_of
from grader.model import AnswerEvidence, CheckResult, Probe, Report
from grader.oracle import Oracle
from grader.pipeline import filter_report, select_exercises
from grader.reference import Reference
from grader.validate.answers import build_namespace
from grader.validate.evidence import Broken, build_evidence, collect_answers, is_same, limit_time

TRIAL_S = 5.0  # for the answers of one trial, which take milliseconds
Results = dict[str, CheckResult]  # by the report's id, such as 1a.ex1_mean


class ExerciseHarness:
    """Judges answers to one exercise; answers that are not given are the reference's own.

    Where answers are judged by those of another exercise, these are the reference's unless they are given.

    Args:
        course: all of it.
        exercise: the one to judge.
        reference: the course's own code.
    """

    def __init__(self, course: Course, exercise: Exercise, reference: Reference) -> None:
        self.exercise = exercise
        self.module = load_module(reference, exercise)
        self.course = select_exercises(course, find_needed(course, exercise))
        self.oracle, self.cache = Oracle(self.course, reference, bounded), Cache()
        self.probes = build_probes(self.course, self.oracle, self.cache)
        parts = [part for one in self.course.exercises for part in one.parts]
        self.specs = {answer.name: answer for part in parts for answer in part.answers}
        self.checks = [check for part in parts for check in part.checks]
        earlier = [one for one in self.course.exercises if one.id != exercise.id]
        others = [build_namespace(one, load_module(reference, one)) for one in earlier]
        self.namespace = build_namespace(exercise, self.module)
        self.truth = collect_answers(self.probes, self.namespace)
        self.earlier = {name: value for other in others for name, value in other.items()}
        self.right = {**self.earlier, **self.namespace}
        self._earlier = collect_answers(self.probes, self.earlier)
        self.catalogue = {mistake.code: mistake for mistake in course.file.mistakes}

    @property
    def own_probes(self) -> tuple[Probe, ...]:
        """The questions of this exercise alone."""
        return tuple(probe for probe in self.probes if probe.exercise == self.exercise.id)

    def list_checks(self) -> Iterator[tuple[Part, BaseCheck, str]]:
        """Yield every check with its part and the id that reports show."""
        for part in self.exercise.parts:
            for check in part.checks:
                yield part, check, f"{part.id}.{check.id}"

    def answer_of(self, answer: str, name: str) -> object:
        """Return what the function `name` of the reference gives for an answer, itself where that is a function.

        Raises:
            CourseError: there is none, or it failed.
        """
        if self.specs[answer].kind == "function":
            return self.oracle.function(self.exercise.id, name)
        return self.oracle.value(self.exercise.id, name)

    def report(
        self,
        answers: Mapping[str, AnswerEvidence],
        texts: Mapping[str, str] | None = None,
        note_fault: Callable[[CourseError], None] | None = None,
    ) -> Report:
        """Judge exactly these answers to the exercise."""
        evidence = build_evidence({**self._earlier, **answers}, texts)
        report = judge(PreparedCourse(self.course, self.oracle, self.cache), evidence, note_fault=note_fault)
        return filter_report(report, (self.exercise.id,)) if self._earlier else report

    def judge(self, answers: Mapping[str, AnswerEvidence]) -> Results:
        """Return the results of the course's checks; what is asked of an optional answer besides is left out."""
        results = list_results(self.report(answers))
        return {name: results[name] for _, _, name in self.list_checks()}

    def judge_with(self, **changed: object) -> Results:
        """Judge the reference's answers with these in the place of its own."""
        try:
            with limit_time(TRIAL_S):
                answers = collect_answers(self.probes, changed)
        except TookTooLongError:  # a wrong input may be one on which the reference never ends
            broken = Broken(TimeoutError(f"took longer than {TRIAL_S:g} s"))
            answers = collect_answers(self.probes, dict.fromkeys(changed, broken))
        return self.judge({**self.truth, **answers})

    def answer(self, module: ModuleType) -> dict[str, AnswerEvidence]:
        """Return the answers that another reference module gives."""
        return collect_answers(self.probes, build_namespace(self.exercise, module))

    def is_truth(self, answers: Mapping[str, AnswerEvidence]) -> bool:
        """Return whether these are the reference's own answers, to 1e-9."""
        return all(is_same(answers[name].model_dump(), truth.model_dump()) for name, truth in self.truth.items())


def load_module(reference: Reference, exercise: Exercise) -> ModuleType:
    """Return the reference's module of an exercise; an empty one where it has none, as nothing of it is needed."""
    if not reference.has_module(exercise.module):
        return ModuleType(exercise.module)
    return reference.module(exercise.module)


def find_needed(course: Course, exercise: Exercise) -> tuple[str, ...]:
    """Return the ids of an exercise and of those whose answers it is judged by, directly or not."""
    owners = {answer.name: one.id for one in course.exercises for part in one.parts for answer in part.answers}
    by_id = {one.id: one for one in course.exercises}
    found: dict[str, None] = {}
    waiting = [exercise.id]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found[name] = None
        checks = [check for part in by_id[name].parts for check in part.checks]
        waiting += [owners[use.name] for check in checks for use in rule_of(check).uses(check)]
    return tuple(found)


def list_results(report: Report) -> Results:
    """Return the results of a report by id."""
    return {check.id: check for check in report.list_checks()}


def is_caught(result: CheckResult) -> bool:
    """Return whether a check noticed something wrong: a text that waits for a person is in order."""
    return result.outcome not in {"pass", "review"}
