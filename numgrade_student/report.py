"""What the check found, as text and as HTML: self-contained, escaped, without script, readable on light and dark."""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from numgrade_student.engine import PartResult, Result, Status
from numgrade_student.show import join_names
from numgrade_student.stops import Stop

DISCLAIMER = "This check looks at form and general properties only. It does not say whether a value is correct."
WORDS: dict[Status, str] = {
    "fine": "no problem found",
    "look": "needs another look",
    "incomplete": "incomplete",
    "missing": "not attempted",
    "unseen": "not seen from here",
    "skipped": "not looked at, as you interrupted the check",
}
_SIGNS: dict[Status, str] = {"fine": "✓", "look": "!", "incomplete": "…", "missing": "○", "unseen": "○", "skipped": "○"}
_COLORS: dict[Status, str] = {
    "fine": "#2e8b57", "look": "#d9822b", "incomplete": "#7a6ff0",
    "missing": "#888888", "unseen": "#888888", "skipped": "#888888",
}  # fmt: skip
_FOLDED = frozenset({"missing", "unseen"})


@dataclass(frozen=True)
class Block:
    """A part with its lines; `fine` answers have nothing wrong with their form."""

    part: str
    status: Status
    lines: tuple[str, ...]
    fine: int = 0

    @property
    def count(self) -> str:
        """How many answers are of the form, where none is not."""
        if not self.fine or self.status not in {"fine", "incomplete"}:
            return ""
        return f" ({self.fine} {'answer' if self.fine == 1 else 'answers, all'} of the right form)"

    @property
    def heading(self) -> str:
        """The words for the status, and what was looked at."""
        return f"{WORDS[self.status]}{self.count}"


class Report:
    """What the check says. Shown at the end of a cell; `print` gives it as text."""

    def __init__(self, title: str, result: Result | None = None, problem: str = "", *, named: bool = False) -> None:
        """Keep what is to be shown.

        Args:
            title: what was looked at.
            result: what was found.
            problem: why nothing could be looked at.
            named: parts were asked for by name, so that each of them is told of.
        """
        self.title, self.problem = title, problem
        parts = result.parts if result else ()
        told = [part for part in parts if named or part.status not in _FOLDED or part.remarks]
        self.blocks = tuple(map(_build_block, told))
        self.stops = tuple(map(_describe_stop, result.stops)) if result else ()
        self.footer = tuple(_list_footer(parts, told)) if result else ()

    def __str__(self) -> str:
        """Return the report as text."""
        return self.render()

    def render(self, width: int | None = None) -> str:
        """Return the report as text, its lines broken at `width`."""
        if self.problem:
            return self.problem
        lines = [("", f"Self-check of {self.title} (no points)"), ("", DISCLAIMER), ("", "")]
        lines += [*(("", stop) for stop in self.stops), ("", "")] if self.stops else []
        longest = max((len(block.part) for block in self.blocks), default=0)
        for block in self.blocks:
            lines.append((f"{block.part:<{longest}}  ", block.heading))
            lines += [(f"{'':<{longest}}  - ", line) for line in block.lines]
        lines += [("", ""), *(("", line) for line in self.footer)] if self.footer else []
        return "\n".join(_break(start, line, width) for start, line in lines)

    def list_facts(self) -> dict[str, Any]:
        """Return what is said as plain data: why nothing could be looked at, or the parts and their lines."""
        parts = [{"part": one.part, "status": one.status, "lines": list(one.lines)} for one in self.blocks]
        told = {"stops": list(self.stops), "parts": parts, "summary": list(self.footer)}
        return {"schema": "numgrade/check/v1", "title": self.title, "problem": self.problem, **told}

    def __repr__(self) -> str:
        """Return the report as text, for consoles."""
        return str(self)

    def _repr_html_(self) -> str:
        """Return the report as HTML, for notebooks."""
        if self.problem:
            return f"<div>{_mark_up(self.problem)}</div>"
        head = f"<div><strong>Self-check of {html.escape(self.title)}</strong> (no points)</div>"
        stops = "".join(_paragraph(line, "look") for line in self.stops)
        blocks = "".join(map(_show_block, self.blocks))
        footer = "".join(f"<div>{_mark_up(line)}</div>" for line in self.footer)
        return f'<div style="line-height:1.5">{head}<div>{DISCLAIMER}</div>{stops}{blocks}{footer}</div>'


def _break(start: str, line: str, width: int | None) -> str:
    """Return a line behind its beginning, what does not fit below it."""
    if width is None:
        return f"{start}{line}".rstrip()
    rest = " " * len(start)
    return textwrap.fill(line, width, initial_indent=start, subsequent_indent=rest, break_long_words=False)


def _show_block(block: Block) -> str:
    sign, color = _SIGNS[block.status], _COLORS[block.status]
    head = f'<span style="font-weight:bold">{sign} {WORDS[block.status]}</span>{block.count}'
    lines = "".join(f"<li>{_mark_up(line)}</li>" for line in block.lines)
    listed = f'<ul style="margin:0 0 0 1.2em;padding:0">{lines}</ul>' if lines else ""
    style = f"border-left:3px solid {color};margin:.4em 0;padding-left:.6em"
    return f'<div style="{style}"><strong>{html.escape(block.part)}</strong> {head}{listed}</div>'


def _paragraph(text: str, status: Status) -> str:
    style = f"border-left:3px solid {_COLORS[status]};margin:.4em 0;padding-left:.6em"
    return f'<div style="{style}">{_SIGNS[status]} {_mark_up(text)}</div>'


# What stands in backticks, names with an underscore and what they belong to, and x[0].
_CODE = re.compile(r"`([^`]+)`|((?:\w+\.)*\w*_\w+(?:\('…'\)|\(\))?|\bx\[[0-9, ]+\])")


def _mark_up(text: str) -> str:
    """Return text as HTML, with names and code set as such."""
    pieces, last = [], 0
    for found in _CODE.finditer(text):
        pieces += [html.escape(text[last : found.start()]), f"<code>{html.escape(found[1] or found[2])}</code>"]
        last = found.end()
    return "".join([*pieces, html.escape(text[last:])])


def _build_block(result: PartResult) -> Block:
    return Block(result.part.id, result.status, tuple(_list_lines(result)), result.fine)


def _list_lines(result: PartResult) -> Iterator[str]:
    yield from dict.fromkeys(result.faults)
    yield from result.remarks
    if result.missing:
        yield f"Not there yet: {', '.join(result.missing)}."


def _describe_stop(stop: tuple[Stop, tuple[str, ...]]) -> str:
    cause, names = stop
    return f"{cause.sentence} Not set because of it: {', '.join(names)}." if names else cause.sentence


def _list_footer(parts: Sequence[PartResult], told: Sequence[PartResult]) -> Iterator[str]:
    begun = {part.exercise.id for part in told}
    unseen = [name for part in parts if part.exercise.id in begun for name in part.unseen]
    if unseen:
        yield (
            f"Not seen from here, because markdown cells are not part of the session: {', '.join(unseen)}. "
            'check(file="NAME.ipynb") looks at them too, once the notebook is saved.'
        )
    left = [part for part in parts if part.status == "missing" and part not in told]
    if left:
        yield f"Not attempted: {_name_parts(parts, left)}."
    yield _sum_up(parts)


def _name_parts(parts: Sequence[PartResult], left: Sequence[PartResult]) -> str:
    """Return whole exercises first, neighbours as a range, then the parts of others."""
    ids = list(dict.fromkeys(part.exercise.id for part in parts))
    open_ids = {part.exercise.id for part in parts if part not in left and part.status != "unseen"}
    whole = [one for one in ids if one not in open_ids and any(part.exercise.id == one for part in left)]
    single = [part.part.id for part in left if part.exercise.id not in whole]
    named = [f"exercise{'s' if len(whole) > 1 else ''} {_name_ranges(ids, whole)}"] if whole else []
    return ", ".join([*named, *([f"part{'s' if len(single) > 1 else ''} {', '.join(single)}"] if single else [])])


def _name_ranges(ids: Sequence[str], whole: Iterable[str]) -> str:
    runs = groupby(enumerate(whole), key=lambda pair: ids.index(pair[1]) - pair[0])
    named = [[one for _, one in run] for _, run in runs]
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(run) for run in named)


def _sum_up(parts: Sequence[PartResult]) -> str:
    looks = sum(part.status == "look" for part in parts)
    incomplete = [part for part in parts if part.status == "incomplete"]
    fine = sum(part.status == "fine" for part in parts)
    said = []
    if looks:
        said.append(f"{looks} part{'s need' if looks > 1 else ' needs'} another look")
    if incomplete:
        reasons = "; ".join(f"{part.part.id} has no {join_names(_name_missing(part))}" for part in incomplete)
        noun = "" if said else f" part{'s' if len(incomplete) > 1 else ''}"
        said.append(f"{len(incomplete)}{noun} {'are' if len(incomplete) > 1 else 'is'} incomplete: {reasons}")
    if said:
        return f"{', '.join(said)}."
    return f"No problem found in {fine} part{'' if fine == 1 else 's'}." if fine else "Nothing was attempted yet."


def _name_missing(result: PartResult) -> list[str]:
    kinds = {answer.name: answer.kind for answer in result.part.answers}
    return ["text" if kinds[name] == "text" else name for name in result.missing]
