"""Coverage-guided fuzzing of everything that reads what a student wrote. By hand, for as long as you like.

    pip install -e '.[fuzz]'
    python tests/crossings/fuzz/coverage_guided.py TARGET [-max_total_time=600] [more of libFuzzer's options]

| TARGET | what is fed | a finding is |
|---|---|---|
| frames | a frame of the channel, and stored evidence | no frame and no refusal; one that does not read back |
| answers | one answer's evidence, given for every answer; its plain data | an exception; a check that blames us |
| notebooks, scripts | the bytes of a file | anything but cells or a refusal that can be printed |
| expressions | the text of an expression | anything but a number or a refusal |

The corpus grows in build/fuzz/TARGET; a finding is written beside it, and moves to seeds/ when it is mended.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import Any
from zlib import crc32

try:
    import atheris
except ModuleNotFoundError:  # the tests feed the targets without it
    atheris = None


def _watch_imports() -> AbstractContextManager[object]:
    """Count the branches of our own modules that are imported in this context."""
    return atheris.instrument_imports(include=["grader", "reference"]) if atheris else nullcontext()


with _watch_imports():
    from pydantic import BaseModel, TypeAdapter, ValidationError

    from grader import pipeline
    from grader.errors import SubmissionRefused
    from grader.judge.content import plain_value
    from grader.judge.describe import Invalid
    from grader.judge.expressions import parse_expression
    from grader.model import AnswerEvidence, Cell, Evidence, FileEvidence, Limits, Returned
    from grader.sandbox.file_evidence import bound, find_attempted
    from grader.sandbox.messages import Frame, Incoming, parse_frame
    from grader.submission.notebook import parse_notebook
    from grader.submission.script import parse_script

ROOT = Path(__file__).parents[3]
SEEDS = Path(__file__).parent / "seeds"
_COUNTERS, _PLACES, _CELLS, _WORD_CHARS = 1 << 14, 4, 50, 40


# ---------------------------------------------------------------- the targets


def feed_frames(data: bytes) -> None:
    """Parse `data` as a frame and as evidence; what is accepted must be the same when read back."""
    for model, parse in ((_FRAMES, parse_frame), (_EVIDENCE, Evidence.model_validate_json)):
        try:
            record: Any = parse(data)
        except (ValidationError, RecursionError) as refusal:
            _tell_apart(_describe_refusal(refusal))
        else:
            _tell_apart(_describe(record))
            assert parse(model.dump_json(record, by_alias=True)) == record


def feed_answers(data: bytes) -> None:
    """Judge `data` as the evidence of every answer: no exception, and never our fault."""
    try:
        answer = AnswerEvidence.model_validate_json(data)
    except (ValidationError, RecursionError):
        return  # nothing is learnt from it here: the corpus is to be of answers
    _tell_apart(_describe(answer))
    for value in (answer.value, *(call.value for call in answer.calls if isinstance(call, Returned))):
        with suppress(ValueError):
            plain_value(value)
    report = pipeline.judge(_load_grader(), _give_everywhere(answer))
    assert pipeline.render(report, "json").encode()
    assert pipeline.render(report, "text").encode()
    assert not pipeline.is_ungraded(report)


def feed_notebooks(data: bytes) -> None:
    """Read `data` as a notebook."""
    _check_cells(lambda: parse_notebook("fuzz.ipynb", data, _CELLS))


def feed_scripts(data: bytes) -> None:
    """Read `data` as a script."""
    _check_cells(lambda: parse_script("fuzz.py", data, _CELLS)[1])


def feed_expressions(data: bytes) -> None:
    """Read `data` as an expression."""
    assert isinstance(parse_expression(data.decode("utf-8", "replace")), Invalid | float)


def _check_cells(read: Callable[[], tuple[Cell, ...]]) -> None:
    """Read cells and look for the names that they bind; a refusal must be fit to be printed."""
    reason, cells = "", ()
    try:
        cells = read()
    except SubmissionRefused as refusal:
        reason = str(refusal)
    assert reason.isprintable()
    assert len(cells) <= _CELLS
    for cell in cells:
        json.dumps([cell.source, *cell.tags], ensure_ascii=False).encode()
        assert all(map(str.isidentifier, find_attempted(cell.source)))


@cache
def _load_grader() -> pipeline.Grader:
    return pipeline.load_grader(ROOT)


def _give_everywhere(answer: AnswerEvidence) -> Evidence:
    """Return evidence in which each answer is `answer`, its results repeated as often as there are calls."""
    answers = {}
    for probe in _load_grader().probes:
        incoming = Incoming(probe, answer.value, list(islice(cycle(answer.calls), len(probe.calls))))
        known = incoming.finish() if answer.calls else incoming.cut_short()
        answers[probe.name] = bound(known.model_copy(update={"lost": answer.lost}), Limits().value_bytes)
    run = FileEvidence(file="fuzz.py", ending=answer.lost, answers=answers)
    blank = {"student": "fuzz", "files": ("fuzz.py",), "submission_sha256": "0", "isolation": "full"}
    return Evidence.model_validate(blank | {"schema": "grader/evidence/v1", "probes_sha256": "0", "runs": (run,)})


# ---------------------------------------------------------------- what guides it through compiled code


def _describe_refusal(refusal: Exception) -> Iterator[str]:
    """Yield which error stands where; names that no schema has count as one."""
    if isinstance(refusal, ValidationError):
        for error in refusal.errors(include_url=False, include_context=False, include_input=False):
            yield f"{error['type']} {[place if place in _KNOWN else '*' for place in error['loc'][:_PLACES]]}"


def _describe(record: object, place: str = "") -> Iterator[str]:
    """Yield what stands in which field, without its contents."""
    match record:
        case BaseModel():
            yield f"{place} {type(record).__name__}"
            for name, value in record:
                yield from _describe(value, f"{type(record).__name__}.{name}")
        case tuple() | dict():
            yield f"{place} {len(record).bit_length()}"
            for value in record.values() if isinstance(record, dict) else record:
                yield from _describe(value, place)
        case str() if record in _KNOWN:
            yield f"{place} {record}"
        case int():
            yield f"{place} {record < 0} {record.bit_length()}"
        case _:
            yield f"{place} {type(record).__name__}"


def _tell_apart(outcomes: Iterable[str]) -> None:
    """Count each outcome as a place in the code: pydantic's reader is compiled, and atheris sees nothing inside."""
    for outcome in outcomes:
        if atheris:
            atheris._trace_branch(_reserve_counters()[crc32(outcome.encode()) % _COUNTERS])


@cache
def _reserve_counters() -> list[int]:
    return [atheris._reserve_counter() for _ in range(_COUNTERS)]


# ---------------------------------------------------------------- how documents are changed


def mutate(data: bytes, max_size: int, seed: int) -> bytes:
    """Change a JSON document at one place; now and then, and where it is none, its bytes."""
    random = Random(seed)
    if random.random() < 0.75:
        try:
            whole = json.loads(data)
            changed = json.dumps(_change(whole, list(_list_parts(whole)), random)).encode()
        except (ValueError, RecursionError):
            changed = b""
        if 0 < len(changed) <= max_size:
            return changed
    return bytes(atheris.Mutate(data, max_size))


def _change(node: Any, parts: list[Any], random: Random) -> Any:
    """Return `node` with something below it replaced, left out, doubled or renamed; `parts` may be put there."""
    if not isinstance(node, dict | list) or not node or random.random() < 0.2:
        return random.choice((random.choice(parts), random.choice(PIECES), [node], {random.choice(WORDS): node}))
    items = list(node.items()) if isinstance(node, dict) else list(enumerate(node))
    index = random.randrange(len(items))
    key, value = items[index]
    items[index : index + 1] = random.choice((
        [(key, _change(value, parts, random))],
        [(key, _change(value, parts, random))],
        [],
        [(key, value), (random.choice(WORDS), random.choice((value, *PIECES)))],
    ))  # fmt: skip
    return dict(items) if isinstance(node, dict) else [item for _, item in items]


def _list_parts(node: Any) -> Iterator[Any]:
    """Yield the names and values of a document, from the outside in."""
    yield node
    if isinstance(node, dict):
        yield from node
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _list_parts(inner)


def _list_words() -> list[str]:
    """Return the names and texts that the seeds and the schemas of what is read know."""
    documents = [adapter.json_schema() for adapter in (_FRAMES, _EVIDENCE)]
    for path in sorted(SEEDS.glob("*/*")):
        with suppress(ValueError, RecursionError):
            documents.append(json.loads(path.read_bytes()))
    parts = (part for document in documents for part in _list_parts(document))
    return sorted({part for part in parts if isinstance(part, str) and 0 < len(part) <= _WORD_CHARS})


_FRAMES: TypeAdapter[Any] = TypeAdapter(Frame)
_EVIDENCE = TypeAdapter(Evidence)
WORDS = _list_words()
_KNOWN = set(WORDS)
PIECES = (None, True, False, [], {}, "", "nan", "1" * 400, 0, 1, -1, 2, 4, 64, 0.5, 1e300, 1 << 53, 10**30)

TARGETS = {
    "frames": feed_frames,
    "answers": feed_answers,
    "notebooks": feed_notebooks,
    "scripts": feed_scripts,
    "expressions": feed_expressions,
}
_JSON = {"frames", "answers", "notebooks"}


def main(name: str, *options: str) -> None:
    """Fuzz one target until stopped."""
    corpus = ROOT / "build" / "fuzz" / name
    corpus.mkdir(parents=True, exist_ok=True)
    dictionary = corpus.with_suffix(".dict")
    dictionary.write_text("".join(f"{_quote(word)}\n" for word in WORDS), encoding="ascii")
    # a timeout: what takes as long as this for 4 KiB would hold up a class
    own = (f"-dict={dictionary}", f"-artifact_prefix={corpus}-", "-max_len=4096", "-timeout=10")
    with _watch_imports():
        _load_grader()  # imports the reference
    changes = {"custom_mutator": mutate} if name in _JSON else {}
    atheris.Setup([sys.argv[0], *own, *options, str(corpus), str(SEEDS / name)], TARGETS[name], **changes)
    atheris.Fuzz()


def _quote(word: str) -> str:
    return '"' + "".join(f"\\x{byte:02x}" for byte in word.encode("utf-8", "surrogatepass")) + '"'


if __name__ == "__main__":
    main(*sys.argv[1:])
