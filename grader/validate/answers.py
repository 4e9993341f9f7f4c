"""The answers that a reference gives: everything that a student would submit who has its functions."""

from __future__ import annotations

from types import ModuleType

from grader.course import Answer, BaseCheck, Exercise, Part
from grader.judge.drawn import draw_figure
from grader.judge.rules.figure import FigureCheck
from grader.validate.evidence import Broken, keep_quiet

WORDS = "An answer in words, which a person will mark."


def build_namespace(exercise: Exercise, module: ModuleType) -> dict[str, object]:
    """Return each answer of the exercise by name, as the functions of a reference module give it."""
    namespace: dict[str, object] = {}
    with keep_quiet():
        for part in exercise.parts:
            for answer in part.answers:
                if answer.optional and not hasattr(module, answer.name):
                    continue
                try:
                    namespace[answer.name] = _answer(part, answer, module)
                except Exception as error:  # noqa: BLE001 - a mutant may raise anything; it is kept, and judged
                    namespace[answer.name] = Broken(error)
    return namespace


def _answer(part: Part, answer: Answer, module: ModuleType) -> object:
    checks = [check for check in part.checks if check.answer == answer.name]
    if answer.kind == "text":
        return WORDS
    if answer.kind == "figure":
        return draw_figure(
            [check for check in checks if isinstance(check, FigureCheck)], lambda name: getattr(module, name)
        )
    function = getattr(module, _find_name(answer, checks, module))
    return function if answer.kind == "function" else function()


def _find_name(answer: Answer, checks: list[BaseCheck], module: ModuleType) -> str:
    """Return the reference's name of an answer: its own, or the one that a check gives."""
    given = (getattr(check, "reference", None) for check in checks)
    names = [answer.name, *filter(None, given)]
    return next((name for name in names if hasattr(module, name)), answer.name)
