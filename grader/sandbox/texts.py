"""The markdown cells of a submission as evidence: nothing of them is run, and how much is kept is bounded."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from grader.model import LooseText, SubmittedFile

_TEXT_CHARS, _TEXTS = 1 << 16, 256  # of one text; how many
_LOOSE_CHARS = 1 << 18  # of all texts without a tag


def find_texts(file: SubmittedFile, names: Collection[str] = ()) -> dict[str, str]:
    """Return the markdown cells that carry an answer's name as a tag, joined where several carry the same.

    Bounded in characters and names: joining cells under many tags would take the square of a file's size.

    Args:
        file: with its cells.
        names: those that the course asks for; whatever else looks like a name is kept too.
    """
    found: dict[str, str] = {}
    for cell in file.cells:
        if cell.kind == "markdown":
            for tag in (tag for tag in cell.tags if tag in names or _is_name(tag)):
                if len(found.get(tag, "")) < _TEXT_CHARS:
                    if tag not in found and len(found) == _TEXTS:
                        continue
                    text = cell.source[:_TEXT_CHARS]
                    found[tag] = f"{found[tag]}\n\n{text}" if tag in found else text
    return {name: _encodable(text[:_TEXT_CHARS]) for name, text in sorted(found.items())}


def find_loose(file: SubmittedFile, exercises: Mapping[str, str]) -> tuple[LooseText, ...]:
    """Return the markdown cells that say of no tag where they belong, each with the last cell above that does.

    One of them may be an answer that lost its tag, or that was written below its cell: the judge decides.

    Args:
        file: with its cells.
        exercises: by tag, which exercise it means, as for `Cell.find_exercise`.
    """
    found: list[LooseText] = []
    names: tuple[str, ...] = ()
    after, left = -1, _LOOSE_CHARS
    for cell in file.cells:
        if cell.find_exercise(exercises) is not None or any(map(_is_name, cell.tags)):
            after, names = cell.index, tuple(tag for tag in cell.tags if tag in exercises)
        elif cell.kind == "markdown" and cell.source.strip() and left > 0 and len(found) < _TEXTS:
            text = _encodable(cell.source[: min(_TEXT_CHARS, left)])
            found.append(LooseText(text=text, after=after, names=names))
            left -= len(text)
    return tuple(found)


def _is_name(tag: str) -> bool:
    return tag.isidentifier() and "_" in tag


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
