"""What students read: the texts of the notebook's cells as statements of exercises and parts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from grader.importing.assignment import Block
from grader.importing.suggest import Draft
from grader.importing.yaml_text import clean_text

_HEADING = re.compile(r"\A(?:\s*(?:---|\*\*\*|___)\s*\n)*\s*#{1,6}[ \t]+(?P<title>[^\n]+?)[ \t#]*(?:\n|\Z)")
_BOLD = re.compile(r"\A\s*\*\*(?P<title>[^*\n]{3,60}?)[:.]?\*\*")
_RULE = re.compile(r"\A(?:\s*(?:---|\*\*\*|___)[ \t]*(?:\n|\Z))+")
_POINTS = re.compile(r"\s*[(\[]\s*[\d./]+\s*(?:points?|pts?\.?|marks?)\s*[)\]]\s*", re.IGNORECASE)
_MARKS = re.compile(r"[*`_]{1,3}(?=\S)|(?<=\S)[*`_]{1,3}")
_IMAGE = re.compile(r"(!\[[^\]\n]{0,300}\]\()([^)\s]{1,300})(\))")
_LONGEST = 100
_HEAD = 1000  # characters in which a title has to end


@dataclass(frozen=True)
class Heading:
    """A title, empty where the text has none, and the text without it."""

    title: str
    text: str


def write_statement(blocks: Iterable[Block], places: Mapping[str, str]) -> str:
    """Return what the cells say that are given: texts as they are, code in fences.

    Args:
        blocks: the cells.
        places: the paths of the course's data by the words that named them in the assignment.
    """
    texts = (
        f"```python\n{block.release.strip()}\n```" if block.kind == "code" else _RULE.sub("", block.release).strip()
        for block in blocks
        if block.release.strip()
    )
    text = "\n\n".join(filter(None, texts))
    return clean_text(_IMAGE.sub(lambda found: f"{found[1]}{_place(found[2], places)}{found[3]}", text)).strip()


def _place(link: str, places: Mapping[str, str]) -> str:
    return f"data/{places[link]}" if link in places else link


def split_heading(text: str) -> Heading:
    """Return the title of a statement: its heading, which is taken out of it, or the bold words that it begins with."""
    found = _HEADING.match(text[:_HEAD])
    if found is not None and found.end() < _HEAD:
        title = _clean_title(found["title"])
        if len(title) >= 3:
            return Heading(title, text[found.end() :].strip())
    bold = _BOLD.match(text[:_HEAD])
    title = _clean_title(bold["title"]) if bold else ""
    return Heading(title if len(title) >= 3 else "", text)


def _clean_title(title: str) -> str:
    plain = _MARKS.sub("", _POINTS.sub("", title)).strip().rstrip(":.")
    return " ".join(plain.split())[:_LONGEST].strip()


def describe_answers(statement: str, drafts: Iterable[Draft], code: str) -> str:
    """Return a statement that names every answer: what it does not name is added below it.

    `code` is the text into which students put code, if there is one.
    """
    words = set(re.findall(r"\w+", statement))
    lines = []
    for draft in drafts:
        if draft.observed:
            lines.append(f"- `{draft.name}`: {draft.about} Set it to `{draft.observed}`.")
        elif draft.name not in words:
            lines.append(f"- `{draft.name}`: {draft.about}")
    if code:
        lines.append(f"- Put your code into the cell of **{code}**, between two lines of three backquotes.")
    whole = "\n\n".join(filter(None, [statement, "\n".join(lines)]))
    return whole if len(whole) >= 10 else f"The question: {whole}"
