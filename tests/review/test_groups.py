"""Texts are the same, or nearly the same, in their words."""

from __future__ import annotations

from grader.review.groups import find_group, show_difference

TEXT = "The reverse KL grows without bound because its weight stays one half while the logarithm goes to infinity."


def test_same_words_in_other_forms() -> None:
    """Case, blanks and forms of a character change nothing."""
    group = find_group("a", {"a": TEXT, "b": TEXT.upper().replace(" ", "  \n"), "c": "Something else altogether."})
    assert (group.same, group.nearly) == (("b",), ())
    assert find_group("a", {"a": "ﬁne ½", "b": "fine ½"}).same == ("b",)


def test_nearly_the_same() -> None:
    """A word more at the end; half of it is another text."""
    texts = {"a": TEXT, "b": f"{TEXT} Indeed.", "c": TEXT[: len(TEXT) // 2], "d": r"$\ln \theta$"}
    assert find_group("a", texts).nearly == ("b",)


def test_commands_of_tex_are_words() -> None:
    """Of two formulas with other commands, neither is nearly the other."""
    assert not find_group("a", {"a": r"\ln \theta", "b": r"\ln \phi"})


def test_difference_is_marked_and_harmless() -> None:
    """What was left out, what was put in, and no markup of theirs."""
    shown = show_difference("a <b>x</b> c", "a <i>y</i> c \u202e")
    assert shown == "a <ins>&lt;i&gt;y&lt;/i&gt;</ins> <del>&lt;b&gt;x&lt;/b&gt;</del> c <ins>\\u202e</ins> "


def test_long_texts_are_cut() -> None:
    """And it is said how much is left out."""
    assert "… 500 more words" in show_difference("a", "b " * 2000)
