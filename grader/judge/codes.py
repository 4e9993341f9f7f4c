"""The stable reason codes of verdicts, each with its meaning and category. Wording may change, these may not.

The codes of one rule alone are declared in its module.
"""

from __future__ import annotations

from grader.judge.assigned import UNMARKED
from grader.judge.rules import RULES
from grader.judge.verdict import Code
from grader.model import Category, Outcome

_SHARED: dict[str, Code] = {
    # values
    "value.wrong": Code("of the right form, and not right", "wrong"),
    "value.nearly": Code("right to two significant digits, but not within the tolerance", "nearly", takes_hint=False),
    "value.wrong_type": Code(
        "not of the kind that is asked for: a bool or text for a number, a number for a bool …",
        "malformed",
        takes_hint=False,
    ),
    "value.shape_mismatch": Code(
        "an array of another shape than asked for; nothing is broadcast", "malformed", takes_hint=False
    ),
    "value.nan": Code("not a number (NaN)", "malformed"),
    "value.complex": Code("a complex number", "malformed", takes_hint=False),
    "value.infinite": Code("infinite where the answer is finite", "wrong"),
    "value.out_of_range": Code("a number outside the range that was asked for", "wrong"),
    "value.not_a_choice": Code("a word that is none of the choices", "malformed", takes_hint=False),
    "value.unreadable": Code(
        "too large, too deep, or its own methods failed when it was read", "malformed", takes_hint=False
    ),
    "value.entry_missing": Code(
        "a dict without the entry that is asked for, or with it twice", "malformed", takes_hint=False
    ),
    # answers and parts
    "answer.missing": Code("not attempted: left out, or left as in the starter", "missing"),
    "check.blocked": Code("rests on an answer that was not attempted or was refused", "blocked"),
    "check.ungraded": Code("the grader, its sandbox or the course failed; no score until it is graded again", "ours"),
    UNMARKED: Code("not known to be for the data that this student was given; a person looks", "ours"),
    "form.ok": Code("there and of the right form; nothing is said of whether it is right", "right"),
    "mistake.known": Code("what a student gets who makes a known mistake; `mistake` names it", "mistake"),
    "follow_through.consistent": Code("follows from the student's own earlier answer, which is wrong", "right"),
    # runs
    "run.raised": Code("the code that assigns the answer raised an exception", "run", takes_hint=False),
    "run.timed_out": Code("the code ran out of time", "run", takes_hint=False),
    "run.out_of_memory": Code("the code used more memory than allowed", "run", takes_hint=False),
    "run.too_much_output": Code("the code printed more than allowed", "run", takes_hint=False),
    "run.too_many_processes": Code("the code started more processes or threads than allowed", "run", takes_hint=False),
    "run.too_much_disk": Code("the code wrote more to disk than allowed", "run", takes_hint=False),
    "run.exited": Code("the code ended the interpreter", "run", takes_hint=False),
    "run.killed_by_signal": Code("the process was killed by a signal", "run", takes_hint=False),
    "run.protocol": Code("the code disturbed the interpreter's channel", "run", takes_hint=False),
    # functions
    "call.raised": Code("a call of the function raised an exception", "crashed", takes_hint=False),
    "call.timed_out": Code("a call of the function took too long", "crashed"),
    "call.lost": Code("the process was gone before the call came back", "crashed"),
}

CODES = _SHARED | {code: said for rule in RULES.values() for code, said in rule.codes.items()}


def find_category(code: str, outcome: Outcome) -> Category:
    """Return the category of a code; one that a course's own rule made up is right or wrong."""
    known = CODES.get(code)
    if known is not None:
        return known.category
    return "right" if outcome == "pass" else "wrong"


def takes_hint(code: str) -> bool:
    """Return whether the author's hint says more about an answer that failed for this reason."""
    known = CODES.get(code)
    return known is None or known.takes_hint
