"""What every string passes through before a terminal, a log, a file or GitHub's Markdown shows it."""

from __future__ import annotations

import re
import unicodedata

# Runners of CI services read commands from what a job prints: `::error::…` (space before it is trimmed),
# `##[group]…` and `##vso[…]` anywhere in a line. One space inside breaks all of them and stays readable.
_COLON_COMMAND = re.compile(r":(?=:)")
_HASH_COMMAND = re.compile(r"##(?=[^\s\]]*\[)")


def escape(text: str) -> str:
    """Return `text` on one line, without anything that a terminal, a log reader or a CI runner would obey.

    Line breaks and tabs become spaces, other control characters their pictures, and what is invisible or turns
    the reading direction (or is half a surrogate pair) its escape. Markup of rich is left alone: whoever prints
    with rich must wrap the result in `rich.text.Text`, which knows no markup.
    """
    shown = make_visible(text)
    if "::" not in shown and "##" not in shown:
        return shown
    return _HASH_COMMAND.sub("## ", _COLON_COMMAND.sub(": ", shown))


def make_visible(text: str) -> str:
    """Return `text` on one line with what cannot be seen in it shown; for places that no CI runner reads."""
    # Most text has nothing of the kind, and a report is made of hundreds.
    return text if text.isprintable() else "".join(map(_visible, text))


def _visible(char: str) -> str:
    """Return what stands for `char` in a report."""
    if " " <= char <= "~":
        return char
    if char in "\n\t":
        return " "
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)  # the Unicode block of control pictures
    if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
        return f"\\u{code:04x}"
    return char


def escape_json(text: str) -> str:
    """Return JSON of the same meaning without what a CI runner might obey: both pairs occur inside strings only."""
    return text.replace("::", ":\\u003a").replace("##", "#\\u0023")


# ---------------------------------------------------------------- GitHub's Markdown

_MARKUP = re.compile(r"[\\`*_{}\[\]<>()#|~&@$!\"'^=:]")
_CODE = re.compile(r"`([^`]+)`")
# GitHub makes links of addresses and mentions *after* it has decoded entities. A space of no width breaks them.
_LINK = re.compile(r"(?<=[@#])(?=\w)|(?<=:)(?=//)|(?<=www)(?=\.)", re.IGNORECASE)
_JOINT = "\ue000"  # stands for that space until the rest is encoded; `escape` is idempotent on it


def markdown(text: str) -> str:
    """Return `text` on one line for a table cell, a list item or HTML; `code` in backticks becomes code.

    Everything else shows as it is and does nothing.
    """
    pieces = _CODE.split(escape(text))
    return "".join(f"<code>{_encode(p)}</code>" if index % 2 else _encode(p) for index, p in enumerate(pieces))


def _encode(text: str) -> str:
    marked = _LINK.sub(_JOINT, text.replace(_JOINT, "?"))
    encoded = _MARKUP.sub(lambda match: f"&#{ord(match.group())};", marked)
    return encoded.replace(_JOINT, "&#8203;")
