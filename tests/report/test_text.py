"""The report that a student reads."""

from __future__ import annotations

from typing import Any

import pytest
from rich.cells import cell_len

from grader.model import Report
from grader.report.remarks import build_remarks, first_remark
from grader.report.text import render_text


def test_text_is_the_golden_file(sample: Report, golden: Any) -> None:
    """The wording changes only with a diff that somebody reviews."""
    golden("report.txt", render_text(sample))


def test_text_in_colour_is_the_golden_file(sample: Report, golden: Any) -> None:
    """On a terminal the same layout has colours, around marks and whole cells."""
    golden("report.ansi", render_text(sample, color=True))


def test_most_useful_message_comes_first(sample: Report) -> None:
    """Crashed, then form, known mistake, theorem, nearly, wrong; the same message is said once."""
    remarks = build_remarks(sample.exercises[0].parts[0])
    assert [remark.labels for remark in remarks.wrong] == [
        ("ex1_kl", "ex1_again"),
        ("ex1_shape",),
        ("ex1_bits",),
        ("ex1_law",),
        ("ex1_near",),
        ("ex1_far",),
    ]


def test_theorems_that_hold_are_counted_and_not_listed(sample: Report) -> None:
    """Two properties hold; their names do not appear, and one that was blocked is not spoken of."""
    text = render_text(sample)
    assert "2 general properties hold" in text
    assert "convexity" not in text
    assert build_remarks(sample.exercises[0].parts[0]).blocked[0].labels == ("ex1_stuck",)


def test_detail_is_never_shown(sample: Report) -> None:
    """The expected value stays with the staff."""
    assert "0.456" not in render_text(sample)


def test_our_fault_is_named_as_ours_and_shows_no_zero(sample: Report) -> None:
    """An ungraded part has no score, and the student reads whose fault it is."""
    text = render_text(sample)
    assert "because of a mistake on our side" in text
    line = next(line for line in text.splitlines() if " 1e " in line)
    assert line.rstrip().endswith("–/1 not graded")


def test_pending_text_is_named(sample: Report) -> None:
    """A text that waits for a person is named with its points, and has no score yet."""
    text = render_text(sample)
    assert "ex1d_text" in text
    assert "2 points still to be marked by a person" in text
    assert next(line for line in text.splitlines() if " 1d " in line).rstrip().endswith("–/2 to be marked")


@pytest.mark.parametrize("width", [40, 80, 132])
def test_lines_are_wrapped_to_the_width(sample: Report, width: int) -> None:
    """No line is wider than the terminal, and none ends in spaces."""
    lines = render_text(sample, width=width).splitlines()
    assert max(cell_len(line) for line in lines) <= width
    assert all(line == line.rstrip() for line in lines)


def test_colour_only_where_asked(sample: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without colour there is no control character at all, whatever the environment says."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b" not in render_text(sample)
    assert "\x1b[" in render_text(sample, color=True)


def test_text_obeys_nothing_that_a_student_wrote(report_of: Any, part: Any, check: Any) -> None:
    """Markup, terminal codes, commands and forged lines come out as text."""
    hostile = "[bold]x[/] [link=http://y]z :smile: \x1b[2J\n::error::e ##[group]g \u202e\udcff"
    shown = render_text(
        report_of(
            part("1a", "fail", check(hostile, "fail", message=hostile), notes=(hostile,), title=hostile),
            student=hostile,
            notes=(hostile,),
        ),
        width=200,
    )
    assert "[bold]x[/] [link=http://y]z :smile: ␛[2J : :error: :e ## [group]g \\u202e\\udcff" in shown
    for forbidden in ("\x1b", "::", "##[", "\u202e", "\udcff", "😄"):
        assert forbidden not in shown


def test_public_checks_promise_nothing(report_of: Any, part: Any, check: Any) -> None:
    """Where only the form was looked at, nothing is called right and no points are shown."""
    formed = check("x", code="form.ok", max=0)
    text = render_text(report_of(part("1a", "pass", formed), part("1b", "fail", check("y", "missing", max=0))))
    assert "no problem" in text
    assert "look again" in text
    assert "/0" not in text
    assert " right\n" not in text


def test_first_remark_puts_our_debt_before_the_students_failures(sample: Report, part: Any, check: Any) -> None:
    """One line for the table of a class: what we owe, else the most urgent failure, else nothing."""
    assert first_remark(sample.exercises[0].parts) == "1e.ex1_u: this could not be graded"
    assert first_remark(sample.exercises[0].parts[:1]).startswith("1a.ex1_kl: your code raised")
    assert first_remark([part("1a", "pass", check("x"))]) == ""


def test_a_known_mistake_is_explained_once(report_of: Any, part: Any, check: Any) -> None:
    """Answers with the same mistake share one remark; a later part names the mistake and where it was explained."""
    bits = {"code": "mistake.known", "mistake": "bits", "outcome": "fail", "score": "1/2"}
    said = {"title": "Bits instead of nats", "hint": "Use the other one."}
    first = [
        check(
            name, shown=f"{name} = 3", message=f"{name} = 3: Bits instead of nats. Use the other one.", **said, **bits
        )
        for name in ("a", "b")
    ]
    message = "c = 4: Bits instead of nats. Use the other one."
    later = check("c", shown="c = 4", message=message, part="1b", **said, **bits)
    text = render_text(report_of(part("1a", "partial", *first), part("1b", "partial", later)), width=132)
    assert "✗ 1/2        a = 3, b = 3: Bits instead of nats. Use the other one." in text
    assert "✗ 0.5/1      c = 4: Bits instead of nats, as in 1a" in text


def test_work_that_may_be_for_others_data_is_no_mistake_of_ours(report_of: Any, part: Any, check: Any) -> None:
    """Nor is it said to be; where something else is ungraded too, it is."""
    waits = check("x", "ungraded", "variant.unmarked")
    text = render_text(report_of(part("1a", "ungraded", waits)))
    assert "not graded yet. You lose no points" in " ".join(text.split())
    assert "mistake on our side" not in text
    ours = check("y", "ungraded", "check.ungraded")
    assert "mistake on our side" in render_text(report_of(part("1a", "ungraded", waits, ours)))
