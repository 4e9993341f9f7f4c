"""Texts as words."""

from __future__ import annotations

from grader.similar.words import normalise, split_words


def test_forms_case_and_blanks_do_not_count() -> None:
    """Letters of full width are letters."""
    assert normalise("  The\u00a0KL\n  ＤＩＶＥＲＧＥＮＣＥ ") == "the kl divergence"


def test_command_of_tex_is_a_word() -> None:
    """Signs are words of their own."""
    assert split_words(r"\log p/q, x_1") == [r"\log", "p", "/", "q", ",", "x_1"]
