"""A student's text answer as HTML that does nothing: their Markdown, without links, pictures or markup of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markupsafe import Markup, escape

from grader.feedback.formulas import ATTRIBUTES, ELEMENTS, typeset_formula
from grader.report.escape import make_visible

MAX_TEXT = 20_000  # characters
_TAGS = frozenset(
    {"p", "br", "hr", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li"}
    | {"table", "thead", "tbody", "tr", "th", "td"}
)
_ALLOWED: Mapping[str, set[str]] = {
    **{name: set(ATTRIBUTES) for name in ELEMENTS},
    "math": {*ATTRIBUTES, "title"},
    "annotation": {"encoding"},
    "ol": {"start"},
}


def render_prose(text: str) -> Markup:
    """Return the text as HTML; what is longer than `MAX_TEXT` is cut, and says so."""
    shown = "\n".join(make_visible(line) for line in text[:MAX_TEXT].splitlines())
    rendered = nh3.clean(
        _MARKDOWN.render(shown), tags=set(_TAGS | ELEMENTS), attributes=dict(_ALLOWED), link_rel=None, url_schemes=set()
    )
    cut = Markup("<p>… {} more characters, not shown here.</p>").format(len(text) - MAX_TEXT)
    return Markup(rendered) + (cut if len(text) > MAX_TEXT else Markup(""))  # noqa: S704 - cleaned above


def _find_formula(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    """Take `$…$` or `$$…$$` out of the line as a token of its own."""
    start = state.pos
    if state.src[start] != "$":
        return False
    mark = "$$" if state.src.startswith("$$", start) else "$"
    end = state.src.find(mark, start + len(mark))
    tex = state.src[start + len(mark) : end]
    if end < 0 or not tex.strip() or (mark == "$" and (tex[0].isspace() or tex[-1].isspace())):
        return False  # a price, or a formula that never ends
    if not silent:
        token = state.push("formula", "math", 0)
        token.content, token.markup = tex, mark
    state.pos = end + len(mark)
    return True


def _show_formula(_: RendererHTML, tokens: Sequence[Token], index: int, *_rest: Any) -> str:
    token = tokens[index]
    return typeset_formula(" ".join(token.content.split()), display=token.markup == "$$")


def _close_link(_: RendererHTML, tokens: Sequence[Token], index: int, *_rest: Any) -> str:
    """Return the address of the link that ends here: it is read, and cannot be followed."""
    depth = 0
    for token in reversed(tokens[: index + 1]):
        depth += {"link_close": 1, "link_open": -1}.get(token.type, 0)
        if depth == 0:
            return escape(f" ⟨{token.attrGet('href')}⟩")
    return ""


def _show_image(_: RendererHTML, tokens: Sequence[Token], index: int, *_rest: Any) -> str:
    token = tokens[index]
    return escape(f"[picture: {token.content} ⟨{token.attrGet('src')}⟩]")


def _show_heading(_: RendererHTML, tokens: Sequence[Token], index: int, *_rest: Any) -> str:
    """Return a paragraph: the page's own headings are its outline."""
    return "<p><strong>" if tokens[index].nesting > 0 else "</strong></p>\n"


def _build_markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.inline.ruler.before("escape", "formula", _find_formula)
    rules = {
        "formula": _show_formula,
        "link_open": lambda *_: "",
        "link_close": _close_link,
        "image": _show_image,
        "heading_open": _show_heading,
        "heading_close": _show_heading,
    }
    for name, rule in rules.items():
        markdown.add_render_rule(name, rule)
    return markdown


_MARKDOWN = _build_markdown()
