"""The reference page for authors, from the records and the rules themselves: every key, and what the rules ask for.

`python -m grader.spec.reference_page [FILE]` writes it, by default into `docs/reference` of the checkout; and where it
goes there, the schemas too.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from grader.course import BaseCheck, CourseFile, Exercise, ReleaseFile, Rubric
from grader.judge.rules import RULES, custom, invariant
from grader.judge.rules.base import Rule
from grader.model import Frozen
from grader.spec.key_table import Schema, list_references, render_table
from grader.spec.schema import SCHEMA_FOLDER, write_schemas

PAGE = SCHEMA_FOLDER.parent / "reference" / "course-files.md"

# What records are called on the page; their own names where they are not listed.
NAMES = {
    "BaseCheck": "Check",
    "MistakeUse": "Mistake of a check",
    "FollowThrough": "Follow-through",
    "Mistake": "Known mistake",
    "MarkedExample": "Marked example",
    "Span": "Span of a variable",
    "Before": "Stage until due",
    "After": "Stage from due on",
    "Opening": "Stage from a moment on",
    "FeedbackOpening": "Stage of feedback",
    "RegradeRules": "Requests for another look",
}
KINDS = {
    "number": "a number; whole numbers, fractions and NumPy's scalars too",
    "integer": "a whole number",
    "complex": "a complex number, or an array of them",
    "array": "an array of numbers of any number of dimensions; nested lists too",
    "string": "a string",
    "bool": "`True` or `False`",
    "choice": "one of the words under `choices`, without regard to case and surrounding space",
    "set": "any collection of words under `choices`",
    "dict": "a dict; numbers, strings and bools by key",
    "table": "a DataFrame, or a dict of columns",
    "function": "anything that can be called with the arguments",
    "figure": "a Matplotlib figure",
    "expression": 'an exact expression in a string, such as `"log(2)/3"`',
    "text": "a tagged text cell, or a string: a person marks it",
}
_INTRODUCTION = """# The files of a course

This page is written by the program from its own records (`python -m grader.spec.reference_page`), and so are the
JSON Schemas (`docs/schemas/`) that let an editor complete keys while one writes. To begin with, read
[authoring.md](../authoring.md).

```text
course.yaml              what the exercises have in common
exercises/*.yaml         what is asked, and how it is judged
rubrics/*.yaml           what people mark by
reference/               the course's own Python
data/                    files that students get
release.yaml             who sees what when (optional)
```

The files are YAML 1.2 in UTF-8: `no` is a word and `1e-6` a number. A key that is not on this page is an error, and
so is a key given twice. In the tables, *points* is a number (`2`, `0.25`) or a fraction in quotes (`"1/3"`), exact
either way; a *name* has letters, digits and underscores; a *sentence* has at least ten characters; an *id* has
small letters, digits and hyphens; *moments* have a time zone. A key without a default may be left out unless it is
required.
"""
_PYTHON = """## The course's Python

`reference/` is a package: it has an `__init__.py`, and its modules import each other relatively (`from . import
shapes`). It is loaded from the course's folder by path and runs on your machine, never in the sandbox, and never
sees an object of a student's: only plain data. What it raises leaves a check *ungraded*; it never becomes a zero.

| module | holds |
|---|---|
| one for each exercise | the answers, and the wrong ones |
| `inputs.py` | what students' functions are called with |
| `invariants.py` | theorems that would settle an answer |
| `rules.py` | rules of the course's own |
| `variants.py` | how other data are drawn for each student |
| `public/` | what students may have: `public/invariants.py`, `public/inputs.py`; imports nothing else of the course |
| any other | what these share |

### Modules of exercises

The module of exercise `1` is `exercise1.py`, that of `linear-algebra` is `linear_algebra.py`. A function is named
like the answer that it gives. It has no arguments, but for answers of kind function, where it has theirs and raises
`ValueError` or `ArithmeticError` where it has no value. Wrong answers and what follows from earlier ones are
functions of any name, which the checks use (`wrong`, `by`); by custom `<answer>__<mistake>` and `<answer>__from`.
Files are read relatively to the module: `Path(__file__).parents[1] / "data" / "x.csv"`.

### inputs.py

Each function returns rows of arguments, the simplest first, so that the first failing input is the simplest one. At
most 64 calls are made of one function. Numbers arrive as they are; lists, tuples and arrays of floats arrive as
float64 arrays; a list that holds anything else stays one; strings, bools, None, complex numbers, dicts and pandas
tables may be given too. An argument of kind `function` is the source of a lambda expression, which may use `np` and
`math`: `"lambda t, y: -2*t*y"`. Draw random rows from a generator with a fixed seed, so that everybody gets the
same.

"""

_DRAWING = """A function is named by `draw` of an exercise's [variant](#variant) and called as `name(rng)`, with a NumPy
generator and nothing else. It returns a dict of all parameters by name: a number, or an array of the shape that
`given` has, every entry within its `range`; twelve digits of it count. What would make a course with these data
invalid is drawn again. More is on the page [on variants](../variants.md).
"""
_RECOGNISING = """A function that recognises a known mistake (`by` of a mistake of a function) is called as
`name(trials)`: a list of dicts, one for each call, the simplest first, with `args`, `result` (None where the student's
function gave nothing that can be read), `expected`, and whether the two agree (`agrees`). It returns None, or the index
of the trial that shows the mistake.
"""


def render_page() -> str:
    """Return the page as Markdown."""
    return "\n".join(_render_page()).replace("\n\n\n", "\n\n").rstrip("\n") + "\n"


def _render_page() -> Iterator[str]:
    yield _INTRODUCTION
    yield "## course.yaml\n"
    yield from _render_record(CourseFile)
    yield "## exercises/*.yaml\n"
    yield from _render_record(Exercise)
    yield "### Kinds of answers\n"
    yield from _render_kinds()
    yield "## The rules\n"
    yield (
        "A check has the keys of [every check](#check) and those of its rule. Reason codes that several rules share\n"
        "are on the page [on judging](../judging.md).\n"
    )
    seen = set(_schema_of(Exercise)["$defs"]) | {"Tolerance", "MistakeUse", "FollowThrough"}
    for name in ("Tolerance", "MistakeUse", "FollowThrough"):
        yield from _render_definition(name, _find_definition(name))
    for rule in RULES.values():
        yield from _render_rule(rule, seen)
    yield "## rubrics/*.yaml\n"
    yield from _render_record(Rubric)
    yield "## release.yaml\n"
    yield "What each stage shows is on the page [on releasing](../release.md).\n"
    yield from _render_record(ReleaseFile)
    yield _PYTHON
    yield "### invariants.py\n"
    yield _render_docstring(invariant)
    yield "### rules.py\n"
    yield _render_docstring(custom)
    yield _RECOGNISING
    yield "### variants.py\n"
    yield _DRAWING


def _schema_of(record: type[Frozen]) -> dict[str, Any]:
    return record.model_json_schema(by_alias=True)


def _find_definition(name: str) -> tuple[Schema, Mapping[str, Schema]]:
    """Return the schema of a record that checks hold."""
    schemas = (_schema_of(rule.record).get("$defs", {}) for rule in RULES.values())
    found = next(records for records in schemas if name in records)
    return found[name], found


def _render_record(record: type[Frozen]) -> Iterator[str]:
    """Yield a record and all that it holds, each once."""
    schema = _schema_of(record)
    records = schema.get("$defs", {})
    if "BaseCheck" in records:  # which has no rule of its own; a check in a file has one
        records["BaseCheck"]["required"].append("rule")
    yield f"{schema['description']}\n"
    yield render_table(schema, records, _name_all(records))
    seen: set[str] = set()
    queue = list(list_references(schema))
    while queue:
        name = queue.pop(0)
        if name not in seen:
            seen.add(name)
            yield from _render_definition(name, (records[name], records))
            queue = [*list_references(records[name]), *queue]


def _render_definition(name: str, found: tuple[Schema, Mapping[str, Schema]], level: int = 3) -> Iterator[str]:
    schema, records = found
    yield f"{'#' * level} {NAMES.get(name, name)}\n"
    yield f"{schema['description']}\n"
    yield render_table(schema, records, _name_all(records))


def _name_all(records: Mapping[str, Schema]) -> dict[str, str]:
    return {name: NAMES.get(name, name) for name in records}


def _render_kinds() -> Iterator[str]:
    rows = ["| kind | what the student gives | rules |", "|---|---|---|"]
    for kind, meaning in KINDS.items():
        rules = ", ".join(f"[{rule.name}](#rule-{rule.name})" for rule in RULES.values() if kind in rule.kinds)
        rows.append(f"| `{kind}` | {meaning} | {rules} |")
    yield "\n".join(rows) + "\n"


def _render_rule(rule: Rule[Any], seen: set[str]) -> Iterator[str]:
    schema = _schema_of(rule.record)
    records = schema.get("$defs", {})
    common = _schema_of(BaseCheck)["properties"]
    own = {
        key: found
        for key, found in schema["properties"].items()
        if key != "rule" and (key not in common or found != common[key])
    }
    yield f"### Rule `{rule.name}`\n"
    yield f"{schema['description']}\n"
    yield f"Judges answers of kind {', '.join(f'`{kind}`' for kind in rule.kinds)}.\n"
    if own:
        yield render_table({**schema, "properties": own}, records, _name_all(records))
    yield f"**In the reference.** {rule.asks}\n"
    if rule.codes:
        codes = "".join(f"| `{code}` | {said.meaning} |\n" for code, said in rule.codes.items())
        yield f"| code | meaning |\n| --- | --- |\n{codes}"
    for name in dict.fromkeys(list_references({"properties": own})):
        if name not in seen:
            seen.add(name)
            yield from _render_definition(name, (records[name], records), level=4)


def _render_docstring(module: ModuleType) -> str:
    """Return what a module says to authors, without its first line, which is for programmers."""
    _, _, rest = inspect.cleandoc(module.__doc__ or "").partition("\n\n")
    return f"{rest}\n"


def write_page(path: Path = PAGE) -> None:
    """Write the page."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render_page(), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        write_page(Path(sys.argv[1]))
    else:
        write_page()
        write_schemas()
