"""One file's evidence: what came out of its process, and what its cells say without being run.

Which names the code tries to bind tells "never attempted" from "was on its way when the cell died"; markdown is kept as
it stands, up to a bound.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from grader.model import (
    AnswerEvidence,
    CallResult,
    Cause,
    Cell,
    CellRun,
    EmptyValue,
    FileEvidence,
    LooseText,
    Lost,
    NoResult,
    Probe,
    Returned,
    SubmittedFile,
    UnreadableValue,
)
from grader.sandbox.messages import ABSENT
from numgrade_student.stops import find_assigned, guess_assigned

# A tree takes hundreds of bytes for each of source, and it grows here, outside the box, where nothing limits it.
_PARSED_CHARS = 1 << 18
_TEXT_CHARS, _TEXTS = 1 << 16, 256  # of one text; how many
_LOOSE_CHARS = 1 << 18  # of all texts without a tag
_TOO_LARGE = UnreadableValue(why="too_large")


@dataclass
class Observation:
    """What was seen of a file's run: its cells, its answers by name, and the limits that cells have met, by index."""

    runs: list[CellRun] = field(default_factory=list)
    answers: dict[str, AnswerEvidence] = field(default_factory=dict)
    causes: dict[int, Cause] = field(default_factory=dict)


def build_file_evidence(
    file: SubmittedFile, probes: Sequence[Probe], seen: Observation, ending: Lost | None, value_bytes: int
) -> FileEvidence:
    """Return what is known of a file after its child has ended with `ending` (None: all was asked).

    An answer larger than `value_bytes` allows is left out, and said to be.
    """
    unbound = explain_unbound(file.cells, seen.runs, ending, seen.causes)
    cells = file.cells if ending is not None else ()
    attempted = {name for cell in cells if cell.kind == "code" for name in find_attempted(cell.source)}
    answers = {}
    for probe in probes:
        answer = seen.answers.get(probe.name)
        if answer is None:
            answer = AnswerEvidence(value=ABSENT, lost=ending if probe.name in attempted else None)
        elif isinstance(answer.value, EmptyValue):
            answer = AnswerEvidence(value=answer.value, lost=unbound.get(probe.name))
        elif any(isinstance(call, NoResult) and call.type == "lost" for call in answer.calls):
            answer = AnswerEvidence(value=answer.value, calls=answer.calls, lost=ending)
        answers[probe.name] = bound(answer, value_bytes)
    return FileEvidence(
        file=file.name,
        ending=ending,
        cells=tuple(seen.runs),
        answers=answers,
        texts=find_texts(file, {probe.name for probe in probes}),
        loose=find_loose(file, list_tags(probes)),
    )


def bound(answer: AnswerEvidence, value_bytes: int) -> AnswerEvidence:
    """Refuse what is larger than the kernel would have sent (the student wrote the frames), and too much in all."""
    left = 4 * value_bytes - len(answer.value.model_dump_json())
    if left < 0:
        return AnswerEvidence(value=_TOO_LARGE, lost=answer.lost)
    calls: list[CallResult] = []
    for call in answer.calls:
        left -= len(call.model_dump_json())
        calls.append(call if left >= 0 else Returned(value=_TOO_LARGE))
    return AnswerEvidence(value=answer.value, calls=tuple(calls), lost=answer.lost)


def list_tags(probes: Sequence[Probe]) -> dict[str, str]:
    """Return by tag which exercise it means: the ids of exercises, and the names of answers."""
    return {probe.exercise: probe.exercise for probe in probes} | {probe.name: probe.exercise for probe in probes}


# ---------------------------------------------------------------- names that the code binds


def find_attempted(source: str) -> set[str]:
    """Return the names that `source` binds to something else than `...` or `None`, as far as its syntax tells."""
    return guess_assigned(source) if len(source) > _PARSED_CHARS else find_assigned(source)


def explain_unbound(
    cells: Iterable[Cell], runs: Iterable[CellRun], ending: Lost | None, causes: Mapping[int, Cause]
) -> dict[str, Lost]:
    """Return, for each name that some cell was to bind, how that cell ended where it did not end well.

    `ending` is how the process ended, where it did not live to the last cell. `causes` are the limits that cells have
    met, by index.
    """
    by_index = {run.index: run for run in runs}
    reasons: dict[str, Lost] = {}
    for cell in cells:
        run = by_index.get(cell.index, CellRun(index=cell.index, status="not_run"))
        if cell.kind == "code" and run.status != "ok":
            reason = _reason(run, ending, causes.get(cell.index))
            for name in find_attempted(cell.source):
                reasons.setdefault(name, reason)
    return reasons


def _reason(run: CellRun, ending: Lost | None, limit: Cause | None) -> Lost:
    if run.status == "not_run" and ending is not None:
        return ending
    if run.status != "raised" or run.error is None:
        return Lost(cause="timed_out", cell=run.index)
    error = run.error
    where = "" if error.line is None else f" (line {error.line})"
    detail = f"{error.error}: {error.message}{where}" if error.message else f"{error.error}{where}"
    return Lost(cause=limit or ("exited" if error.error == "SystemExit" else "raised"), cell=run.index, detail=detail)


# ---------------------------------------------------------------- markdown cells


def find_texts(file: SubmittedFile, names: Collection[str] = ()) -> dict[str, str]:
    """Return the markdown cells that carry an answer's name as a tag, joined where several carry the same.

    Bounded in characters and names: joining cells under many tags would take the square of a file's size.

    Args:
        file: with its cells.
        names: those that the course asks for; whatever else looks like a name is kept too.
    """
    found: dict[str, str] = {}
    for cell in file.cells:
        if cell.kind == "markdown":
            for tag in (tag for tag in cell.tags if tag in names or _is_name(tag)):
                if len(found.get(tag, "")) < _TEXT_CHARS:
                    if tag not in found and len(found) == _TEXTS:
                        continue
                    text = cell.source[:_TEXT_CHARS]
                    found[tag] = f"{found[tag]}\n\n{text}" if tag in found else text
    return {name: _encodable(text[:_TEXT_CHARS]) for name, text in sorted(found.items())}


def find_loose(file: SubmittedFile, exercises: Mapping[str, str]) -> tuple[LooseText, ...]:
    """Return the markdown cells that say of no tag where they belong, each with the last cell above that does.

    One of them may be an answer that lost its tag, or that was written below its cell: the judge decides.

    Args:
        file: with its cells.
        exercises: by tag, which exercise it means, as for `Cell.find_exercise`.
    """
    found: list[LooseText] = []
    names: tuple[str, ...] = ()
    after, left = -1, _LOOSE_CHARS
    for cell in file.cells:
        if cell.find_exercise(exercises) is not None or any(map(_is_name, cell.tags)):
            after, names = cell.index, tuple(tag for tag in cell.tags if tag in exercises)
        elif cell.kind == "markdown" and cell.source.strip() and left > 0 and len(found) < _TEXTS:
            text = _encodable(cell.source[: min(_TEXT_CHARS, left)])
            found.append(LooseText(text=text, after=after, names=names))
            left -= len(text)
    return tuple(found)


def _is_name(tag: str) -> bool:
    return tag.isidentifier() and "_" in tag


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
