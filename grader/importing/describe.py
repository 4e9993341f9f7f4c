"""Exercises and rubrics of a new course as the plain data that their files hold."""

from __future__ import annotations

from grader.importing.imported import ImportedExercise, ImportedPart
from grader.importing.suggest import Draft
from grader.importing.yaml_text import write_yaml


def describe_exercise(exercise: ImportedExercise, *, accept: bool) -> dict[str, object]:
    """Return the file of an exercise as plain data; with `accept`, suggested rules in place of open tasks."""
    given = {"given": list(exercise.given)} if exercise.given else {}
    return {
        "schema": "grader/exercise/v1",
        "id": exercise.id,
        "title": exercise.title,
        "statement": exercise.statement,
        **given,
        "parts": [_describe_part(part, accept=accept) for part in exercise.parts],
    }


def _describe_part(part: ImportedPart, *, accept: bool) -> dict[str, object]:
    answers = [_describe_answer(draft) for draft in part.drafts]
    checks = [_describe_check(draft, accept=accept) for draft in part.drafts]
    if part.text:
        answers.append({"name": part.text, "kind": "text", "about": f"The answer to {part.title}."})
        checks.append({"id": part.text, "answer": part.text, "rule": "text", "points": part.question.manual})
    return {
        "id": part.id,
        "title": part.title,
        "points": part.points,
        "statement": part.statement,
        "answers": answers,
        "checks": checks,
    }


def _describe_answer(draft: Draft) -> dict[str, object]:
    examples = {"examples": f"{draft.name}_examples"} if draft.examples else {}
    return {"name": draft.name, "kind": draft.kind, "about": draft.about, **draft.keys, **examples}


def _describe_check(draft: Draft, *, accept: bool) -> dict[str, object]:
    head = {"id": draft.name, "answer": draft.name}
    if accept and draft.rule is not None:
        return {**head, "points": draft.points, **draft.rule}
    task: dict[str, object] = {**head, "rule": "todo", "points": draft.points, "tests": f"{draft.tests.strip()}\n"}
    if draft.rule is not None:
        task["suggestion"] = write_yaml(draft.rule)
    if draft.left_out:
        task["left_out"] = list(draft.left_out)
    return task


def describe_rubric(part: ImportedPart) -> dict[str, object]:
    """Return the rubric of a part's text as plain data: one criterion, to be refined, and the solution."""
    question, points = part.question, part.question.manual
    solution = "\n\n".join(filter(None, (block.solution.strip() for block in question.answers)))
    about = question.scheme or f"Agrees with the instructor's solution of {part.title}, the first of the examples."
    shown = solution if len(solution) >= 10 else f"The solution: {solution or 'the assignment holds none.'}"
    return {
        "schema": "grader/rubric/v1",
        "part": part.id,
        "answer": part.text,
        "points": points,
        "criteria": [
            {
                "id": "right",
                "points": points,
                "about": about if len(about) >= 10 else f"Agrees with: {about}",
                "feedback": f"Compare your answer with what {part.title} asks for.",
            }
        ],
        "examples": [
            {"text": shown, "points": {"right": points}, "why": "It is the instructor's solution."},
            {
                "text": "I have not answered this question.",
                "points": {"right": 0},
                "why": "It says nothing of what is asked.",
            },
        ],
    }
