"""What one check says of one answer, before points are attached, and the wording that all checks share."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from grader.model import Category, Outcome, RunFailure

NOTHING, ALL = Fraction(0), Fraction(1)  # shares; making a fraction takes longer than most checks
MESSAGE_LIMIT = 500
ELLIPSIS = "…"


class Code(NamedTuple):
    """What a reason code means, what kind of reason it is, and whether the author's hint says more where it is given.

    A hint speaks of the mathematics: it says nothing where the form is wrong, or the code never got there.
    """

    meaning: str
    category: Category
    takes_hint: bool = True


@dataclass(frozen=True)
class Verdict:
    """The outcome of a check, its stable code (see `codes.CODES`) and the share of the check's points it earns.

    The rest is as in `CheckResult`. `category` is that of the code, but where a course's own rule gives one of its own.
    """

    outcome: Outcome
    code: str
    share: Fraction
    message: str
    detail: str = ""
    mistake: str | None = None
    follow_through: bool = False
    category: Category | None = None
    shown: str = ""
    title: str = ""
    hint: str = ""
    because_of: tuple[str, ...] = ()
    cause: RunFailure | None = None
    line: int | None = None
    text_sha256: str = ""


def passed(code: str, message: str, detail: str = "") -> Verdict:
    """Return a verdict that earns all points of its check."""
    return Verdict("pass", code, ALL, clean(message), clean(detail))


def failed(code: str, message: str, detail: str = "", share: Fraction = NOTHING) -> Verdict:
    """Return a failing verdict, which may still earn a part of the points."""
    return Verdict("fail", code, share, clean(message), clean(detail))


@cache  # most verdicts on a submission of one exercise
def missing(name: str) -> Verdict:
    """Return the verdict on an answer that was left out."""
    return Verdict("missing", "answer.missing", NOTHING, f"{name} has not been answered yet")


def blocked(name: str, needed: str, why: str = "was not answered, or could not be read") -> Verdict:
    """Return the verdict on an answer that cannot be judged because `needed`, on which it rests, is not there."""
    message = f"{name} rests on {needed}, which {why}"
    return Verdict("blocked", "check.blocked", NOTHING, clean(message))


def ungraded(detail: str) -> Verdict:
    """Return the verdict where the grader or the course failed: no score, and never a zero."""
    message = "not graded because of a mistake on our side. You lose no points; we will grade it again"
    return Verdict("ungraded", "check.ungraded", NOTHING, message, clean(detail))


def lost(name: str, cause: RunFailure, detail: str = "") -> Verdict:
    """Return the verdict on an answer that could not be read because the student's code came to a bad end.

    It says in which cell. What happened there is a note of the report, told once and not with every name.
    """
    message = clean(describe_lost(name, cause))
    return Verdict("fail", f"run.{cause.kind}", NOTHING, message, clean(detail), cause=cause)


def describe_lost(names: str, cause: RunFailure) -> str:
    """Return in words that these answers could not be read, and why."""
    place = "" if cause.cell is None else f" in cell {cause.cell}"
    return f"{names} could not be read: your code {ENDINGS[cause.kind]}{place}"


ENDINGS = {
    "raised": "raised an exception before it got there",
    "timed_out": "ran out of time",
    "out_of_memory": "used more memory than allowed",
    "too_much_output": "printed more than allowed",
    "too_many_processes": "started more processes or threads than allowed",
    "too_much_disk": "wrote more to disk than allowed",
    "exited": "ended the interpreter",
    "killed_by_signal": "was killed by a signal",
    "protocol": "disturbed the interpreter's own channel",
}


def clean(text: str, limit: int = MESSAGE_LIMIT) -> str:
    """Return `text` on one line, safe to write as UTF-8 and to show: no control characters, at most `limit` long."""
    if len(text) <= limit and text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    # A hostile text may be a megabyte; only its beginning can matter.
    shown = "".join(_harmless(char) for char in text[: 4 * limit])
    shown = " ".join(shown.split())
    return shown if len(shown) <= limit else shown[: limit - 1] + ELLIPSIS


def _harmless(char: str) -> str:
    """Return `char`, or what may stand for it: a space for a control character, an escape for a lone surrogate."""
    if " " <= char <= "~":
        return char
    category = unicodedata.category(char)
    if category == "Cs":
        return f"\\u{ord(char):04x}"
    # Cf holds the bidirectional overrides, which can make a report read differently from what it says.
    return " " if category in {"Cc", "Cf", "Zl", "Zp"} else char
