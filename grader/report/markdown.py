"""Makes any text safe to stand in GitHub's Markdown: it shows as it is and does nothing."""

from __future__ import annotations

import re

from grader.report.escape import escape

_MARKUP = re.compile(r"[\\`*_{}\[\]<>()#|~&@$!\"'^=:]")
_CODE = re.compile(r"`([^`]+)`")
# GitHub makes links of addresses and mentions *after* it has decoded entities. A space of no width breaks them.
_LINK = re.compile(r"(?<=[@#])(?=\w)|(?<=:)(?=//)|(?<=www)(?=\.)", re.IGNORECASE)
_JOINT = "\ue000"  # stands for that space until the rest is encoded; `escape` is idempotent on it


def markdown(text: str) -> str:
    """Return `text` on one line for a table cell, a list item or HTML; `code` in backticks becomes code."""
    pieces = _CODE.split(escape(text))
    return "".join(f"<code>{_encode(p)}</code>" if index % 2 else _encode(p) for index, p in enumerate(pieces))


def _encode(text: str) -> str:
    marked = _LINK.sub(_JOINT, text.replace(_JOINT, "?"))
    encoded = _MARKUP.sub(lambda match: f"&#{ord(match.group())};", marked)
    return encoded.replace(_JOINT, "&#8203;")
