"""Markdown of who was refused."""

from __future__ import annotations

from grader.feedback import render_markdown_refusal


def test_refusal_says_why_and_obeys_nothing() -> None:
    """A name and a reason are a student's words: no mention, link, heading, comment or HTML comes of them."""
    text = render_markdown_refusal("@everyone", "x.py\n# big <!-- <b>![a](http://b) #12 is a link")
    assert text.count("\n") == 5
    for words in ("@everyone", "<", "![", "](", "://", "#12", "\n# big"):
        assert words not in text, words
    assert text.startswith("# Feedback for ")
    assert "**✗ Nothing could be graded.** x.py" in text
    assert "(`.ipynb`)" in text
