"""What the sample students read: every message word by word, and what holds of all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from grader.report.text import render_text
from tests.crossings.samples.conftest import find_long_scores

KINDS = ("mistakes", "follow_through")


def _told(graded: Any) -> Iterator[str]:
    for kind in KINDS:
        for student in sorted(graded.reports[kind]):
            yield f"\n{kind}/{student}\n"
            checks = graded.checks(kind, student).values()
            yield from (f"  {check.id}: {check.message}\n" for check in checks if _says_something(check))


def _says_something(check: Any) -> bool:
    """Return whether a message is more than "right" or "not answered"."""
    if check.kind == "invariant":
        return bool(check.outcome == "fail")
    return check.outcome not in {"pass", "missing"} or check.follow_through


def test_messages_are_the_golden_ones(graded: Any, golden: Callable[[str, str], None]) -> None:
    """The wording changes only with a diff that somebody reviews."""
    golden("messages.txt", "".join(_told(graded)).lstrip())


def test_no_message_shows_the_expected_value(graded: Any) -> None:
    """What the staff may read as expected stands in no message of a check that failed."""
    failed = [check for check in graded.all_checks() if check.outcome == "fail" and check.detail.startswith("expected")]
    assert len(failed) > 40
    for check in failed:
        expected = re.findall(r"-?\d+\.\d{3,}(?:e-?\d+)?", check.detail)
        shown = [one for one in expected if re.search(rf"(?<![\d.-]){re.escape(one)}", check.message)]
        assert shown == [], check.message


def test_messages_are_short_whole_and_of_one_line(graded: Any) -> None:
    """None was cut off, and none runs over several lines."""
    messages = [check.message for check in graded.all_checks()]
    assert [message for message in messages if "\n" in message or message.endswith("…") or len(message) > 480] == []


def test_no_message_says_a_sentence_twice(graded: Any) -> None:
    """The hint adds to the message and does not repeat it."""
    for check in graded.all_checks():
        sentences = [sentence.strip(" .").casefold() for sentence in re.split(r"[.;:] ", check.message)]
        assert len(sentences) == len(set(sentences)), check.message


def test_a_mistake_that_explains_several_answers_is_said_once(graded: Any) -> None:
    """The explanation stands with the first answers; later parts name the mistake and where it was explained."""
    text = " ".join(render_text(graded.reports["mistakes"]["bits_not_nats"]).split())
    assert text.count("This course works in nats") == 1
    assert "Your ex1_kl, ex1_kl_pq = 0.65849625, ex1_kl_qp = 0.65849625" in text
    assert "ex4_kl_joint = 0.278071905: Bits instead of nats, as in 1a" in text


def test_right_for_your_own_value_is_said_in_the_report(graded: Any) -> None:
    """The text report shows the sentence, with the answer to look at again."""
    text = " ".join(render_text(graded.reports["follow_through"]["ex8b_consistent"]).split())
    told = "0.251161729 nats: full points, as it follows correctly from your ex8_p_S, which is itself wrong."
    assert f"ex8_kl_TS = {told}" in text


def test_a_broken_theorem_shows_its_witness_and_its_name(graded: Any) -> None:
    """The student's own number, the simplest input, what the theorem says, and what it is called."""
    message = graded.checks("mistakes", "smoothing_masked")["1a.non_negativity.ex1_kl"].message
    assert message.startswith("your ex1_kl gives -0.34657359 for p = [0.5, 0.5], q = [1, 0]; a divergence is never ")
    assert "(Gibbs' inequality)" in message


def test_scores_can_be_read(graded: Any) -> None:
    """At most three decimals, but where an author declared a share that gives more: here a quarter of a quarter."""
    course = graded.course.course
    reports = [report for kind in KINDS for report in graded.reports[kind].values()]
    assert [name for report in reports for name in find_long_scores(course, report)] == []
    long = [check for check in graded.all_checks() if (1000 * check.score).denominator != 1]
    assert {(check.id, check.mistake) for check in long} == {("1d.ex1_jensen_lhs", "log10_not_ln")}
    silent = course.model_copy(update={"file": course.file.model_copy(update={"mistakes": ()})})
    assert [name for report in reports for name in find_long_scores(silent, report)]
