"""Why an answer is wrong: it follows from an earlier wrong one, a known mistake explains it, or it is nearly right."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from grader.course import BaseCheck, FollowThrough, MistakeUse, Tolerance
from grader.judge.compare import are_nearly, is_infinite
from grader.judge.context import CheckContext
from grader.judge.decoding import Numbers, show_numbers
from grader.judge.verdict import ALL, Verdict, clean, failed


def find_mistake(
    context: CheckContext[BaseCheck], uses: Iterable[MistakeUse], explains: Callable[[MistakeUse], bool], shown: str
) -> Verdict | None:
    """Return the verdict on an answer that a known mistake explains; None where none does, or where it is a guess.

    Where several explain it and they keep different shares, none is claimed: the report does not guess. Where they
    keep the same share the first is named, for the points are the same.

    Args:
        context: the check.
        uses: the mistakes that the check looks for.
        explains: says whether a mistake gives the student's answer and can be told from the truth.
        shown: the student's answer, to open the message.
    """
    found = [
        (use, context.mistake(use.code).share if use.share is None else use.share) for use in uses if explains(use)
    ]
    if len({share for _, share in found}) != 1:
        return None
    use, share = found[0]
    mistake = context.mistake(use.code)
    title, hint = mistake.title.rstrip("."), use.hint or mistake.hint
    return Verdict(
        "fail",
        "mistake.known",
        share,
        clean(f"{shown}: {title}. {hint}"),
        f"explained by {', '.join(other.code for other, _ in found)}",
        mistake=use.code,
        shown=clean(shown),
        title=clean(title),
        hint=clean(hint),
    )


def find_wrong_value(
    context: CheckContext[BaseCheck], uses: Iterable[MistakeUse], explains: Callable[[str], bool], shown: str
) -> Verdict | None:
    """Return the same where each mistake is known by what the reference's function under `wrong` gives.

    Args:
        context: the check.
        uses: the mistakes that the check looks for.
        explains: says whether the function of this name gives the student's answer and can be told from the truth.
        shown: the student's answer, to open the message.
    """
    return find_mistake(context, uses, lambda use: use.wrong is not None and explains(use.wrong), shown)


def find_own_mistake(
    context: CheckContext[BaseCheck], uses: Iterable[MistakeUse], explains: Callable[[MistakeUse], bool], shown: str
) -> Verdict | None:
    """Return the verdict on an answer that a known mistake explains, made on the student's own earlier values.

    So that two mistakes at once are still named. None where no earlier value is wrong, or nothing can follow from them.

    Args:
        context: the check.
        uses: the mistakes that the check looks for; those without `from` are passed over.
        explains: says whether a mistake gives the student's answer and can be told from what follows without it.
        shown: the student's answer, to open the message.
    """
    rule: FollowThrough | None = getattr(context.check, "follow_through", None)
    if rule is None or context.student_values(rule) is None:
        return None
    verdict = find_mistake(context, (use for use in uses if use.from_ is not None), explains, shown)
    if verdict is None:
        return None
    wrong = tuple(filter(context.is_wrong, rule.uses))
    message = clean(f"{verdict.message} {advise_again(wrong)}")
    detail = f"{verdict.detail}, on the student's own {', '.join(rule.uses)}"
    return replace(verdict, message=message, detail=detail, because_of=wrong)


def advise_again(wrong: tuple[str, ...]) -> str:
    """Return the sentence that sends a student with a known mistake back to the earlier answers that are wrong."""
    return f"Besides, look at {' and '.join(wrong)} again."


def explain_wrong(
    tolerance: Tolerance, numbers: tuple[Numbers, Numbers], shown: str, clause: str, detail: str
) -> Verdict:
    """Return the verdict on numbers that nothing else explains: infinite, nearly right, or not right.

    Args:
        tolerance: how far an answer may be off, for the message.
        numbers: the student's, and the expected ones.
        shown: the student's answer, to open the message.
        clause: what `neither` says, to close it.
        detail: for staff.
    """
    reading, expected = numbers
    if any(map(is_infinite, reading.values)) and not any(map(is_infinite, expected.values)):
        return failed("value.infinite", f"{shown} is infinite, and the answer is not", detail)
    if are_nearly(reading, expected):
        message = f"{shown} is right to two digits, but not precise enough: {show_allowed_error(tolerance)}"
        return failed("value.nearly", message, detail)
    return failed("value.wrong", f"{shown} is not correct{clause}", detail)


def followed(context: CheckContext[BaseCheck], shown: str, uses: tuple[str, ...], detail: str) -> Verdict:
    """Return full points for what follows from the student's own earlier answers; the message says which is wrong."""
    wrong = tuple(filter(context.is_wrong, uses))
    which = f"your {' and '.join(wrong)}, which {'is itself' if len(wrong) == 1 else 'are themselves'} wrong"
    message = clean(f"{shown}: full points, as it follows correctly from {which}")
    return Verdict(
        "pass", "follow_through.consistent", ALL, message, detail, follow_through=True, shown=shown, because_of=wrong
    )


def neither(context: CheckContext[BaseCheck], rule: FollowThrough | None, target: object) -> str:
    """Return the clause that an answer does not follow from earlier ones either, where something else does.

    Args:
        context: the check.
        rule: from which earlier answers it follows.
        target: what follows from them; None where nothing does: then the reference alone decided.
    """
    if rule is None or target is None:
        return ""
    return f", and it does not follow from {_yours(context, rule.uses)} either"


def _yours(context: CheckContext[BaseCheck], uses: tuple[str, ...]) -> str:
    names = " and ".join(uses)
    if all(context.specs[name].kind == "function" for name in uses):
        return f"your own {names}"
    return f"your {'value' if len(uses) == 1 else 'values'} of {names}"


def show_answer(label: str, reading: Numbers, unit: str) -> str:
    """Return an answer as messages show it: its name, its numbers, its unit."""
    return clean(f"{label} = {show_numbers(reading)} {unit}".rstrip(), 200)


def show_tolerance(tolerance: Tolerance) -> str:
    """Return a tolerance for staff."""
    rounding = f" + {tolerance.ulps} ulps" if tolerance.ulps else ""
    return f"{tolerance.absolute:g} + {tolerance.relative:g} relative{rounding}"


def show_allowed_error(tolerance: Tolerance) -> str:
    """Return in words how far an answer may be off."""
    if tolerance.ulps and not (tolerance.absolute or tolerance.relative):
        return f"the error may be {tolerance.ulps} units in the last place"
    if not tolerance.absolute:
        return f"the relative error may be {tolerance.relative:.3g}"
    if not tolerance.relative:
        return f"the error may be {tolerance.absolute:.3g}"
    return f"the error may be {tolerance.absolute:.3g} plus {tolerance.relative:.3g} of the value"
