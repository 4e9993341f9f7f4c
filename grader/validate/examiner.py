"""One exercise with everything that judging trial answers to it needs: made once, asked thousands of times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import ModuleType

from grader.judge import judge
from grader.judge.probes import build_probes
from grader.model import AnswerEvidence, CheckResult, Report
from grader.oracle import Oracle
from grader.pipeline import select
from grader.spec.model import Check, Course, Exercise, Part
from grader.validate.answers import build_namespace
from grader.validate.evidence import build_evidence, collect_answers, is_same

Results = dict[str, CheckResult]  # by the report's id, such as 1a.ex1_kl


class Examiner:
    """Judges answers to one exercise; answers that are not given are the reference's own.

    Args:
        course: all of it.
        exercise: the one to judge.
        module: the reference's module for it.
    """

    def __init__(self, course: Course, exercise: Exercise, module: ModuleType) -> None:
        self.exercise = exercise
        self.module = module
        self.course = select(course, (exercise.id,))
        self.oracle = Oracle(self.course)
        self.probes = build_probes(self.course)
        self.namespace = build_namespace(exercise, module)
        self.truth = collect_answers(self.probes, self.namespace)
        self.catalogue = {mistake.code: mistake for mistake in course.file.mistakes}

    def list_checks(self) -> Iterator[tuple[Part, Check, str]]:
        """Yield every check with its part and the id that reports show."""
        for part in self.exercise.parts:
            for check in part.checks:
                yield part, check, f"{part.id}.{check.id}"

    def report(self, answers: Mapping[str, AnswerEvidence], texts: Mapping[str, str] | None = None) -> Report:
        """Judge exactly these answers."""
        return judge(self.course, self.oracle, build_evidence(answers, texts))

    def judge(self, answers: Mapping[str, AnswerEvidence]) -> Results:
        """Return the results of the course's checks; an optional answer without one is nobody's duty."""
        results = list_results(self.report(answers))
        return {name: results[name] for _, _, name in self.list_checks()}

    def judge_with(self, **changed: object) -> Results:
        """Judge the reference's answers with these in the place of its own."""
        return self.judge({**self.truth, **collect_answers(self.probes, changed)})

    def answer(self, module: ModuleType) -> dict[str, AnswerEvidence]:
        """Return the answers that another reference module gives."""
        return collect_answers(self.probes, build_namespace(self.exercise, module))

    def is_truth(self, answers: Mapping[str, AnswerEvidence]) -> bool:
        """Return whether these are the reference's own answers, to 1e-9."""
        return all(is_same(answers[name].model_dump(), truth.model_dump()) for name, truth in self.truth.items())


def list_results(report: Report) -> Results:
    """Return the results of a report by id."""
    return {check.id: check for exercise in report.exercises for part in exercise.parts for check in part.checks}


def is_caught(result: CheckResult) -> bool:
    """Return whether a check noticed something wrong: a text that waits for a person is in order."""
    return result.outcome not in {"pass", "review"}
