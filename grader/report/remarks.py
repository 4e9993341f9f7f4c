"""What there is to say about a part: the most useful message first, what is right in a word, what holds as a number."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import get_args

from grader.judge.explain import advise_again
from grader.judge.verdict import describe_lost
from grader.model import Category, CheckResult, Outcome, PartScore

INVARIANT = "invariant"
# How messages begin that begin with no name.
_OPENINGS = frozenset({"at", "no", "none", "one", "some", "the", "with", "your"})

# A student should first learn that the code crashed, because all else may follow from that.
_URGENT: tuple[frozenset[Category], ...] = (
    frozenset({"run", "crashed"}),
    frozenset({"malformed"}),
    frozenset({"mistake"}),
    frozenset({"theorem"}),
    frozenset({"nearly"}),
)


@dataclass(frozen=True)
class Remark:
    """One message, for one check or for several that say the same.

    `explanation` is what a known mistake says, without the answers that it explains; '' where there is none.
    """

    labels: tuple[str, ...]
    message: str
    score: Fraction
    max: Fraction
    explanation: str = ""
    names_answers: bool = False  # else the labels have to be put in front


@dataclass(frozen=True)
class Remarks:
    """All that is said about a part. Names are those of checks, without the part's."""

    wrong: tuple[Remark, ...]
    blocked: tuple[Remark, ...]
    ungraded: tuple[Remark, ...]
    right: tuple[str, ...]
    consistent: tuple[Remark, ...]  # right by the student's own earlier answers
    formed: tuple[str, ...]  # there and of the right form, and not checked further
    theorems: int
    missing: tuple[str, ...]
    hints: tuple[str, ...]  # why some of the missing may be so
    pending: tuple[Remark, ...]


def urgency(check: CheckResult) -> int:
    """Return the place of a failed check's message: 0 crashed, then form, known mistake, theorem, nearly, wrong 5."""
    return next((place for place, kinds in enumerate(_URGENT) if check.category in kinds), len(_URGENT))


def build_remarks(part: PartScore, told: Mapping[str, str] | None = None) -> Remarks:
    """Sort the part's checks into what is said about them.

    Args:
        part: a part with all its checks judged.
        told: explanations of known mistakes that the reader has had already, each with its part; they are only named.
    """
    ended: dict[Outcome, list[CheckResult]] = {outcome: [] for outcome in get_args(Outcome)}
    for check in part.checks:
        if not _is_noise(check):
            ended[check.outcome].append(check)
    passed = [check for check in ended["pass"] if check.kind != INVARIANT]
    return Remarks(
        wrong=_merge(part, sorted(ended["fail"], key=urgency), told or {}),
        blocked=_merge(part, ended["blocked"]),
        ungraded=_merge(part, ended["ungraded"]),
        right=_labels(part, (c for c in passed if not c.follow_through and c.code != "form.ok")),
        consistent=_merge(part, (c for c in passed if c.follow_through)),
        formed=_labels(part, (c for c in passed if c.code == "form.ok")),
        theorems=len(ended["pass"]) - len(passed),
        missing=tuple(dict.fromkeys(check.answer for check in ended["missing"] if _is_due(part, check))),
        hints=tuple(dict.fromkeys(check.hint for check in ended["missing"] if check.hint)),
        pending=_merge(part, ended["review"]),
    )


def first_remark(parts: Iterable[PartScore]) -> str:
    """Return the one message to show where there is room for one: our debt, else the most urgent failure; or ''."""
    checks = [check for part in parts for check in part.checks if check.outcome in {"fail", "ungraded"}]
    if not checks:
        return ""
    first = min(checks, key=lambda check: -1 if check.outcome == "ungraded" else urgency(check))
    return f"{first.id}: {first.message}"


def _is_due(part: PartScore, check: CheckResult) -> bool:
    """Return whether a missing answer was asked for: one without points among others is optional."""
    return check.max > 0 or not part.max


def _is_noise(check: CheckResult) -> bool:
    """Return whether the check is a theorem without anything to hold for: the missing answer is named already."""
    return check.kind == INVARIANT and check.outcome in {"missing", "blocked"}


def _label(part: PartScore, check: CheckResult) -> str:
    return check.id.removeprefix(f"{part.id}.")


def _labels(part: PartScore, checks: Iterable[CheckResult]) -> tuple[str, ...]:
    return tuple(_label(part, check) for check in checks)


def _merge(part: PartScore, checks: Iterable[CheckResult], told: Mapping[str, str] | None = None) -> tuple[Remark, ...]:
    """Return one remark for each different message, known mistake or end of the code, in the order of the checks."""
    groups: dict[Hashable, list[CheckResult]] = {}
    for check in checks:
        groups.setdefault(_find_reason(check), []).append(check)
    return tuple(_build(part, same, told or {}) for same in groups.values())


def _find_reason(check: CheckResult) -> Hashable:
    """Return what checks that say the same have in common; the answers may differ."""
    if check.cause is not None:
        return check.cause.kind, check.cause.cell
    return _explain(check) or check.message


def _explain(check: CheckResult) -> str:
    """Return what a known mistake says, without the answer that it explains; '' where there is none."""
    if not check.title:
        return ""
    again = f" {advise_again(check.because_of)}" if check.because_of else ""
    return f"{check.title}. {check.hint}{again}"


def _build(part: PartScore, same: list[CheckResult], told: Mapping[str, str]) -> Remark:
    message = _say(same, told)
    return Remark(
        labels=_labels(part, same),
        message=message,
        score=sum((check.score for check in same), Fraction(0)),
        max=sum((check.max for check in same), Fraction(0)),
        explanation=_explain(same[0]),
        names_answers=all(re.search(rf"\b{re.escape(check.answer)}\b", message) for check in same),
    )


def _say(same: list[CheckResult], told: Mapping[str, str]) -> str:
    """Return the message of checks that say the same: all their answers, and the reason once."""
    first = same[0]
    explanation = _explain(first)
    if explanation and explanation in told:
        explanation = f"{first.title}, as in {told[explanation]}"
    elif len(same) == 1:
        return first.message
    if first.cause is not None:
        return describe_lost(", ".join(dict.fromkeys(check.answer for check in same)), first.cause)
    return f"{', '.join(check.shown for check in same)}: {explanation}" if explanation else first.message


def end_sentence(text: str) -> str:
    """Return a message with a capital and a full stop; a name in front stays as it is."""
    word, space, rest = text.partition(" ")
    capital = f"{word.capitalize()}{space}{rest}" if word in _OPENINGS else text
    return capital if capital.endswith((".", "!", "?", "…", ":")) else f"{capital}."
