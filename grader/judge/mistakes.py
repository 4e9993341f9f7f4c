"""Known mistakes: which one, if any, explains a wrong answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from grader.judge.case import Case
from grader.judge.verdict import Verdict, clean
from grader.spec.model import BaseCheck, MistakeUse


def find_mistake(
    case: Case[BaseCheck], uses: Iterable[MistakeUse], explains: Callable[[MistakeUse], bool], shown: str
) -> Verdict | None:
    """Return the verdict on an answer that a known mistake explains; None where none does, or where it is a guess.

    Where several explain it and they keep different shares, none is claimed: the report does not guess. Where they
    keep the same share the first is named, for the points are the same.

    Args:
        case: the check.
        uses: the mistakes that the check looks for.
        explains: says whether a mistake gives the student's answer and can be told from the truth.
        shown: the student's answer, to open the message.
    """
    found = [(use, case.mistake(use.code).share if use.share is None else use.share) for use in uses if explains(use)]
    if len({share for _, share in found}) != 1:
        return None
    use, share = found[0]
    mistake = case.mistake(use.code)
    message = clean(f"{shown}: {mistake.title.rstrip('.')}. {mistake.hint}")
    detail = f"explained by {', '.join(other.code for other, _ in found)}"
    return Verdict("fail", "mistake.known", share, message, detail, mistake=use.code)
