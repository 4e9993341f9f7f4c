"""The stable reason codes of verdicts. Wording may change, these may not."""

from __future__ import annotations

from grader.judge.rules import RULES

_SHARED = {
    # values
    "value.wrong": "of the right form, and not right",
    "value.nearly": "right to two significant digits, but not within the tolerance",
    "value.wrong_type": "not of the kind that is asked for: a bool or text for a number, a number for a bool …",
    "value.shape_mismatch": "an array of another shape than asked for; nothing is broadcast",
    "value.nan": "not a number (NaN)",
    "value.complex": "a complex number",
    "value.infinite": "infinite where the answer is finite",
    "value.out_of_range": "a number outside the range that was asked for",
    "value.not_a_choice": "a word that is none of the choices",
    "value.unreadable": "too large, too deep, or its own methods failed when it was read",
    "value.entry_missing": "a dict without the entry that is asked for, or with it twice",
    # answers and parts
    "answer.missing": "not attempted: left out, or left as in the starter",
    "check.blocked": "rests on an answer that was not attempted or was refused",
    "check.ungraded": "the grader, its sandbox or the course failed; no score until it is graded again",
    "form.ok": "there and of the right form; nothing is said of whether it is right",
    "mistake.known": "what a student gets who makes a known mistake; `mistake` names it",
    "follow_through.consistent": "follows from the student's own earlier answer, which is wrong",
    # runs
    "run.raised": "the code that assigns the answer raised an exception",
    "run.timed_out": "the code ran out of time",
    "run.out_of_memory": "the code used more memory than allowed",
    "run.too_much_output": "the code printed more than allowed",
    "run.too_many_processes": "the code started more processes or threads than allowed",
    "run.too_much_disk": "the code wrote more to disk than allowed",
    "run.exited": "the code ended the interpreter",
    "run.killed_by_signal": "the process was killed by a signal",
    "run.protocol": "the code disturbed the interpreter's channel",
    # functions
    "call.raised": "a call of the function raised an exception",
    "call.timed_out": "a call of the function took too long",
    "call.lost": "the process was gone before the call came back",
}

CODES = _SHARED | {code: meaning for rule in RULES.values() for code, meaning in rule.codes.items()}
