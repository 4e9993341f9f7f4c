"""The answers of a submission, merged over its files and looked up by name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from functools import cached_property
from typing import TypeVar, cast

from grader.errors import SandboxError
from grader.judge.decoding import Numbers
from grader.judge.verdict import Verdict, clean, lost
from grader.judge.written import NO_STARTER, Starter, Written, find_written
from grader.model import (
    AnswerEvidence,
    Call,
    CallResult,
    EmptyValue,
    Evidence,
    FileEvidence,
    Lost,
    Probe,
    RunFailure,
    merge_rank,
)

T = TypeVar("T")
ABSENT = AnswerEvidence(value=EmptyValue(type="absent"))


class Answers:
    """What a student answered, whichever file it came from.

    Files are merged the deepest first, then in name order. Where two attempt the same answer the later one counts; an
    answer that could not be read never displaces one that could. `notes` says which answers stood in several files.

    Args:
        evidence: what came out of the sandbox.
        probes: the questions it answers, which say to which call a result belongs.
        starter: what the course's starter says, by which texts are told from it.
        marks: names that the starter itself gives a value, of which no note is made.
    """

    def __init__(
        self,
        evidence: Evidence,
        probes: Iterable[Probe],
        starter: Starter = NO_STARTER,
        marks: Collection[str] = (),
    ) -> None:
        self._starter, self._marks = starter, marks
        self._probes: dict[str, Probe] = {probe.name: probe for probe in probes}
        self._answers: dict[str, AnswerEvidence] = {}
        self._files: dict[str, list[str]] = {}
        self._calls: dict[str, Mapping[Call, CallResult]] = {}
        self._runs = sorted(evidence.runs, key=lambda run: merge_rank(run.file))
        self.numbers: dict[tuple[str, Call | None], Numbers] = {}  # results read as numbers, kept for the invariants
        self._remembered: dict[Hashable, object] = {}
        self._merge()

    def _merge(self) -> None:
        for run in self._runs:
            for name, answer in run.answers.items():
                if answer.is_attempted:
                    self._answers[name] = answer
                    self._files.setdefault(name, []).append(run.file)
                elif name not in self._files and _says_more(answer, self._answers.get(name)):
                    self._answers[name] = answer

    def remember(self, key: Hashable, compute: Callable[[], T]) -> T:
        """Return what `compute` returns, computed once per `key`: for what several checks find out of these answers."""
        if key not in self._remembered:
            self._remembered[key] = compute()
        return cast("T", self._remembered[key])

    def get(self, name: str) -> AnswerEvidence:
        """Return what counts for `name`; for a name that no file has, an answer with the value `absent`."""
        return self._answers.get(name, ABSENT)

    def attempted(self, name: str) -> bool:
        """Return whether there is something to judge: a value that is not the starter's, or a function with a body."""
        return name in self._files

    def judge_lost(self, name: str) -> Verdict | None:
        """Return the verdict on `name` where it, or its calls, could not be read; None where nothing kept them away."""
        answer = self.get(name)
        if answer.lost is None:
            return None
        run = next(run for run in self._runs if run.answers.get(name) is answer)
        return lost(name, _find_failure(run, answer.lost), answer.lost.detail)

    def asked(self, name: str) -> tuple[Call, ...]:
        """Return the calls that were asked of `name`: none of what is no function."""
        probe = self._probes.get(name)
        return probe.calls if probe else ()

    def results(self, name: str) -> tuple[CallResult, ...]:
        """Return the results of the function `name` in the order in which it was asked; none of what was not called.

        Raises:
            SandboxError: the evidence answers other questions.
        """
        results, asked = self.get(name).calls, self.asked(name)
        # Evidence of a function that was never called, or of a value in its place, holds no results.
        if results and len(results) != len(asked):
            raise SandboxError(f"{name}: {len(results)} results for {len(asked)} calls")
        return results

    def calls(self, name: str) -> Mapping[Call, CallResult]:
        """Return the same results by call."""
        if name not in self._calls:
            results = self.results(name)
            self._calls[name] = dict(zip(self.asked(name), results, strict=True)) if results else {}
        return self._calls[name]

    def texts(self, name: str) -> tuple[Written, ...]:
        """Return what the files say in words for `name`, the later ones last, which count; none where none does."""
        return tuple(texts[name] for texts in self._texts if name in texts)

    @cached_property
    def _texts(self) -> tuple[Mapping[str, Written], ...]:
        return tuple(find_written(run, self._starter) for run in self._runs)

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """Which answers were attempted in more than one file, and which file counted."""
        return tuple(
            clean(f"{name} is answered in {', '.join(files)}: {files[-1]} counts")
            for name, files in sorted(self._files.items())
            if len(files) > 1 and name not in self._marks
        )


def _find_failure(run: FileEvidence, end: Lost) -> RunFailure:
    error = next((cell.error for cell in run.cells if cell.index == end.cell), None)
    return RunFailure(
        file=run.file,
        kind=end.cause,
        cell=None if end.cell is None else end.cell + 1,
        line=None if error is None else error.line,
        error="" if error is None else error.error,
    )


def _says_more(answer: AnswerEvidence, known: AnswerEvidence | None) -> bool:
    """Return whether an unattempted `answer` tells more than `known`: that it was lost, not that it is not there."""
    return known is None or (known.lost is None and answer.lost is not None)
