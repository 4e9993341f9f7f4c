"""What a student gets after grading: an HTML page, the notebook with remarks, Markdown.

Pure functions from course, report, evidence, sources and marks to text. Knows no file, process or clock, and decides
nothing: every point and outcome is the report's. Everything that came from a student is shown as text, never obeyed.
"""

from grader.feedback.markdown import render_markdown, render_markdown_receipt, render_markdown_refusal
from grader.feedback.notebook import build_notebook
from grader.feedback.page import render_page, render_receipt, render_refusal
from grader.feedback.requests import render_answers
from grader.feedback.work import Answered, Asked, Mark, Work

__all__ = [
    "Answered",
    "Asked",
    "Mark",
    "Work",
    "build_notebook",
    "render_answers",
    "render_markdown",
    "render_markdown_receipt",
    "render_markdown_refusal",
    "render_page",
    "render_receipt",
    "render_refusal",
]
