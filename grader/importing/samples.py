"""Two sample students of the new course: the instructor's solution, and the release as nobody has touched it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import nbformat

from grader.importing.assignment import Block
from grader.importing.code import replace_texts
from grader.importing.imported import ImportedExercise, ImportedPart
from grader.importing.yaml_text import clean_text
from grader.judge.placeholder import OPEN_TEXT
from grader.starter import wrap_cells


def build_sample(exercise: ImportedExercise, whose: str, places: Mapping[str, str]) -> str:
    """Return the notebook of a sample student, its cells tagged as the starter's are.

    Args:
        exercise: the new course's.
        whose: `solution` or `release`.
        places: the paths of the course's data by the words that named them in the assignment.
    """
    data = {text: repr(f"data/{place}") for text, place in places.items()}
    cells = [
        _build_cell(str(number), kind, replace_texts(source, data) if kind == "code" else source, (exercise.tag, *tags))
        for number, (kind, source, tags) in enumerate(_list_cells(exercise, whose))
    ]
    text: str = nbformat.writes(wrap_cells(cells))
    return f"{text.rstrip()}\n"


def _build_cell(name: str, kind: str, source: str, tags: tuple[str, ...]) -> dict[str, Any]:
    common = {
        "id": f"cell-{name}",
        "cell_type": kind,
        "metadata": {"tags": list(dict.fromkeys(tags))},
        "source": source,
    }
    return common | ({"execution_count": None, "outputs": []} if kind == "code" else {})


def _list_cells(exercise: ImportedExercise, whose: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    yield from ((kind, source, ()) for kind, source in _list_code(exercise.notebook.introduction, whose))
    parts = {id(part.question): part for part in exercise.parts}
    for question in exercise.notebook.questions:
        part = parts.get(id(question))
        tags = (part.id,) if part else ()
        yield from ((kind, source, tags) for kind, source in _list_code(question.blocks, whose))
        if part is not None:
            yield from _list_own(part, whose)


def _list_code(blocks: tuple[Block, ...], whose: str) -> Iterator[tuple[str, str]]:
    for block in blocks:
        source = block.solution if whose == "solution" else block.release
        if block.kind == "code" and source.strip():
            yield "code", source


def _list_own(part: ImportedPart, whose: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield what the original notebook has no cell for: answers that are observed, and texts by their tags."""
    observed = [draft for draft in part.drafts if draft.observed]
    if observed:
        values = (f"{one.name} = {one.observed if whose == 'solution' else '...'}" for one in observed)
        yield "code", "\n".join(values), (part.id,)
    if part.text:
        yield "markdown", _write_text(part) if whose == "solution" else OPEN_TEXT, (part.id, part.text)


def _write_text(part: ImportedPart) -> str:
    texts = (
        f"```python\n{block.solution.strip()}\n```" if block.kind == "code" else block.solution.strip()
        for block in part.question.answers
        if block.solution.strip()
    )
    return clean_text("\n\n".join(texts)) or "The assignment holds no solution of this question."
