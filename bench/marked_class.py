"""A class in a gradebook, without running a thousand sandboxes: real evidence of a few, judged anew for each student.

Of the sample students that were run once, every student of the class is one in turn, under another name and with texts
of their own: sentences from the rubrics' examples and the samples, a sentence with numbers that nobody else has, and
of every tenth student the words of another, or nearly these. Half of all texts are marked by one person, and of those
that are drawn to be marked twice, half by a second one.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

from grader import pipeline
from grader.batch.store import EXECUTED, notebook_name, read_evidence, render_evidence
from grader.course import Rubric
from grader.gradebook import Gradebook, Kept, Marking, NewMarking
from grader.gradebook.records import TextToMark
from grader.model import Evidence
from grader.review.queue import Entry, Namer, Queue, build_queue
from grader.review.view import Asked, hash_example, list_asked

MARKERS = ("eve", "bo")  # who marks first, and who marks some of it a second time
PERCENT_TWICE = 10
COPIED = 10  # every tenth student shares the words of another
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True)
class Sample:
    """What a student that was really run has left: evidence, and the executed notebooks by the names of their files."""

    evidence: Evidence
    files: Mapping[str, bytes]


@dataclass(frozen=True)
class SampleClass:
    """A course, the samples that were run of it, and what sentences its texts are made of."""

    grader: pipeline.Grader
    samples: tuple[Sample, ...]
    sentences: Mapping[str, tuple[str, ...]]

    @property
    def asked(self) -> Mapping[str, Asked]:
        """The text answers that have a rubric."""
        return list_asked(self.grader.course)


def read_samples(course: Path, batch: Path) -> SampleClass:
    """Return the samples that `grader batch` has left in a folder."""
    grader = pipeline.load_grader(course)
    folders = sorted(path.parent for path in batch.glob("*/evidence.json"))
    samples = tuple(_read_sample(folder) for folder in folders)
    return SampleClass(grader, samples, _collect_sentences(list_asked(grader.course), samples))


def _read_sample(folder: Path) -> Sample:
    evidence = read_evidence(folder)
    places = {name: folder / EXECUTED / notebook_name(name) for name in evidence.files}
    return Sample(evidence, {name: place.read_bytes() for name, place in places.items() if place.is_file()})


def _collect_sentences(asked: Mapping[str, Asked], samples: Iterable[Sample]) -> Mapping[str, tuple[str, ...]]:
    found = {name: [example.text for example in one.rubric.examples] for name, one in asked.items()}
    for run in (run for sample in samples for run in sample.evidence.runs):
        for name in found.keys() & run.texts.keys():
            found[name].append(run.texts[name])
    split = {name: [one for text in texts for one in _SENTENCE.split(text.strip())] for name, texts in found.items()}
    return {name: tuple(dict.fromkeys(pieces)) for name, pieces in split.items()}


# ---------------------------------------------------------------- the students


def record_class(source: SampleClass, book: Gradebook, count: int) -> None:
    """Judge and record `count` students: student00000 and so on, always the same."""
    for index in range(count):
        sample = source.samples[index % len(source.samples)]
        evidence = build_evidence(source, sample.evidence, index)
        kept = Kept(render_evidence(evidence).encode("ascii"), sample.files, "executed")
        report = pipeline.judge(source.grader, evidence)
        book.record(report, NOON + timedelta(seconds=index), f"{report.student}.ipynb", kept)


def build_evidence(source: SampleClass, evidence: Evidence, index: int) -> Evidence:
    """Return a sample's evidence as that of student `index`, with that student's texts."""
    name = f"student{index:05}"
    texts = write_texts(source.sentences, index)
    first, *others = evidence.runs
    rest = [run.model_copy(update={"texts": {}, "loose": ()}) for run in others]
    runs = (first.model_copy(update={"texts": texts, "loose": ()}), *rest)
    told = {"student": name, "submission_sha256": hashlib.sha256(name.encode()).hexdigest(), "runs": runs}
    return evidence.model_copy(update=told)


def write_texts(sentences: Mapping[str, tuple[str, ...]], index: int) -> dict[str, str]:
    """Return the texts of student `index`."""
    like = index // COPIED // 10 * COPIED * 10 if index % COPIED == COPIED - 1 else index  # the first of each hundred
    texts = {name: _write_text(pieces, random.Random(f"{name} {like}")) for name, pieces in sentences.items()}
    if like != index and index % (2 * COPIED) > COPIED:
        texts = {name: f"{text} That is all." for name, text in texts.items()}
    return texts


def _write_text(pieces: tuple[str, ...], rng: random.Random) -> str:
    chosen = rng.sample(pieces, min(len(pieces), rng.randint(2, 4)))
    numbers = ", ".join(f"{rng.uniform(0, 3):.3f}" for _ in range(6))
    return " ".join([*chosen, f"For θ = {rng.uniform(0, 0.5):.4f} my cells print {numbers} in this order."])


# ---------------------------------------------------------------- the marks


def mark_half(source: SampleClass, book: Gradebook) -> None:
    """Mark every second text, those that two people mark among them, and the rubrics' examples for both."""
    rng = random.Random(0)
    for name, asked in source.asked.items():
        for who in MARKERS:
            for example in asked.rubric.examples:
                book.review_log.calibrate(who, name, hash_example(asked.rubric, example), example.points)
        texts = book.texts(name)[::2]
        book.mark(NewMarking(text.attempt_id, _draw(asked.rubric, rng, MARKERS[0]), asked.rubric, 0) for text in texts)
        for entry in list(list_blind(read_queue(book, name)))[::2]:
            _mark_again(book, entry.text, _draw(asked.rubric, rng, MARKERS[1]))


def _draw(rubric: Rubric, rng: random.Random, who: str) -> Marking:
    points: dict[str, Fraction] = {one.id: rng.choice(one.choices) for one in rubric.criteria}
    return Marking(rubric.answer, points, who, NOON + timedelta(days=1), rng.choice(("", "See the second item.")))


def _mark_again(book: Gradebook, text: TextToMark, marking: Marking) -> None:
    assert text.kept is not None  # noqa: S101 - that is what is marked again
    book.review_log.add_second(text, text.kept.id, marking)


def read_queue(book: Gradebook, answer: str) -> Queue:
    """Return the queue of an answer, as `grader review --twice 10` has it."""
    namer = Namer(book.review_log.secret(), PERCENT_TWICE)
    log = book.review_log
    return build_queue(namer, book.texts(answer), log.events(answer), log.marked_twice(answer))


def list_blind(queue: Queue) -> Iterator[Entry]:
    """Yield what waits to be marked a second time."""
    return (entry for entry in queue if entry.is_blind_for(MARKERS[1]))
