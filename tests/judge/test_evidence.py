"""The hash of evidence: that of its plain records in canonical JSON, as any program can compute it again."""

from __future__ import annotations

import hashlib
import json
from typing import Any, get_args

from grader.batch.store import parse_evidence, render_evidence
from grader.judge import hash_evidence
from grader.model import (
    AnswerEvidence,
    ArrayValue,
    AxesEvidence,
    BarsEvidence,
    BoolValue,
    CellRun,
    ComplexValue,
    EmptyValue,
    Evidence,
    FigureValue,
    FileEvidence,
    FloatValue,
    IntValue,
    LineEvidence,
    Lost,
    MappingValue,
    NoResult,
    OtherValue,
    Raised,
    Returned,
    SequenceValue,
    StrValue,
    SymbolicValue,
    TableValue,
    UnreadableValue,
    Value,
)

LINE = LineEvidence(x=("0x1p-1",), y=("nan",), label="\udcff")
BARS = BarsEvidence(left=("0x0.0p+0",), width=("0x1p0",), bottom=("0x0.0p+0",), height=("nan",), label="b", count=1)
PANEL = AxesEvidence(
    title="t", x_label="x", y_label="é", has_legend=True, legend=("a", "b"), lines=(LINE,), points=(LINE,),
    bars=(BARS,), x_scale="log", x_limits=("0x1p0", "inf"),
)  # fmt: skip
VALUES: tuple[Value, ...] = (
    FloatValue(value="0x1p-1"),
    IntValue(value="3"),
    BoolValue(value=True),
    StrValue(value='"\\\n\x7f'),
    EmptyValue(type="ellipsis"),
    ArrayValue(dtype="int", shape=(2, 1), values=("1", "2")),
    SequenceValue(form="set", items=(IntValue(value="3"), EmptyValue(type="none"))),
    MappingValue(items=((StrValue(value="b"), FloatValue(value="inf")),)),
    SymbolicValue(text="log(2)", value="0x1.62e42fefa39efp-1"),
    FigureValue(suptitle="s", axes=(PANEL,)),
    ComplexValue(re="0x1p-1", im="-0x0.0p+0"),
    TableValue(
        form="series",
        columns=(EmptyValue(type="none"),),
        index=(IntValue(value="0"),),
        cells=((FloatValue(value="nan"),),),
    ),
    OtherValue(type="other", type_name="MaskedArray"),
    UnreadableValue(why="raised", note="no"),
)
RAISED = Raised(type="raised", error="E", message="m", line=3)


def build_everything() -> Evidence:
    """Return evidence in which every record occurs."""
    answers = {f"v{place}": AnswerEvidence(value=value) for place, value in enumerate(VALUES)}
    calls = (Returned(value=VALUES[0]), RAISED, NoResult(type="lost"))
    answers["f"] = AnswerEvidence(value=OtherValue(type="callable"), calls=calls, lost=Lost(cause="timed_out"))
    run = FileEvidence(
        file="a.py",
        ending=Lost(cause="exited", cell=2, detail="with status 0"),
        cells=(CellRun(index=0, status="raised", error=RAISED),),
        answers=answers,
        texts={"t": "words", "a": ""},
    )
    return Evidence(
        schema="grader/evidence/v1", student="ada", files=("a.py",), submission_sha256="s", probes_sha256="p",
        isolation="full", runs=(run, FileEvidence(file="b.py")), fault="ours",
    )  # fmt: skip


def test_every_kind_of_value_is_hashed() -> None:
    """The evidence below has each of the kinds that there are."""
    assert {type(value) for value in VALUES} == set(get_args(get_args(Value)[0]))


def test_the_hash_is_that_of_the_plain_records(quiz: Any) -> None:
    """Judged before or not, evidence is hashed as it is dumped: sorted, on one line, ASCII, without the isolation."""
    evidence = build_everything()
    quiz.ask("v0", "number", 0.5, rule="close").judge(evidence)
    plain = evidence.model_dump(by_alias=True, exclude={"isolation"})
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    assert hash_evidence(evidence) == hashlib.sha256(text.encode("ascii")).hexdigest()


def test_remarks_count_only_where_there_are_some() -> None:
    """Evidence without remarks is dumped and hashed as before there were any; and what was dumped can be read."""
    evidence = build_everything()
    remarked = evidence.model_copy(update={"remarks": ("hw.py was left out",)})
    assert "remarks" not in evidence.model_dump()
    assert hash_evidence(evidence) != hash_evidence(remarked)
    for one in (evidence, remarked):
        assert parse_evidence(render_evidence(one)) == one
