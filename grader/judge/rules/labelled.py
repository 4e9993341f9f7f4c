"""The rule `labelled`: a dict or a table is compared by its labels, never by the order in which they stand."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, TypeAlias

import numpy as np
from pydantic import Field

from grader.course import Answer, BaseCheck, MistakeUse, Tolerance
from grader.errors import CourseError, Problem
from grader.judge.compare import is_close
from grader.judge.content import plain_value
from grader.judge.context import CheckContext
from grader.judge.describe import Invalid, bracket, reject, show
from grader.judge.explain import find_wrong_value, show_allowed_error, show_tolerance
from grader.judge.rules.base import FieldProblem, Rule, Wrong
from grader.judge.rules.common import ReferenceName, check_mistakes, check_tolerance
from grader.judge.rules.examples import move
from grader.judge.solution import Solution
from grader.judge.verdict import Code, Verdict, clean, failed, passed
from grader.model import MappingValue, TableValue, Value

Labels: TypeAlias = tuple[str, ...]  # of a dict: the key; of a table: the column and the row
Entry: TypeAlias = float | str | bool | None
Entries: TypeAlias = Mapping[Labels, Entry]


class LabelledCheck(BaseCheck):
    """Every label of the reference is there with its value, and no other label is.

    Numbers count within `tolerance`, everything else exactly; what is missing in a table (NaN, None) equals itself. The
    reference gives a dict, or for a table a dict of columns, each a dict of its rows. A table's rows are called by its
    index, or by the columns `rows_by`, which the reference then has among its own. Labels count with their context.
    """

    rule: Literal["labelled"]
    reference: ReferenceName = None
    tolerance: Tolerance
    rows_by: tuple[str, ...] = Field(
        (), description="Tables: the columns whose values name a row, in place of the index."
    )
    columns: tuple[str, ...] = Field((), description="Tables: the only columns that are looked at.")
    mistakes: tuple[MistakeUse, ...] = ()


class Labelled(Rule[LabelledCheck]):
    """By labels, then by known mistakes."""

    record = LabelledCheck
    kinds = ("dict", "table")
    asks = (
        "A function without arguments, named like the answer or by `reference`, that returns a dict; for a table, "
        "a dict of columns, each of them a dict of its rows; each `wrong` likewise."
    )
    codes = {
        "labelled.equal": Code("every label with its value", "right"),
        "labelled.missing": Code("a label that was asked for is not there", "wrong"),
        "labelled.unexpected": Code("a label that was not asked for", "wrong"),
        "labelled.differs": Code("a value under some label is not right", "wrong"),
    }

    def find_problems(self, check: LabelledCheck, answer: Answer) -> Iterator[FieldProblem]:
        """Yield what is wrong with the tolerance, the mistakes and the keys of tables."""
        yield from check_tolerance(check.tolerance)
        yield from check_mistakes(check.mistakes)
        for key in ("rows_by", "columns"):
            if getattr(check, key) and answer.kind != "table":
                yield (key,), f"unknown key for {answer.name} ({answer.kind}): it belongs to table"

    def judge(self, context: CheckContext[LabelledCheck]) -> Verdict:
        """Judge a dict or a table."""
        check = context.check
        expected = context.memoize("expected", lambda: _expect(context, check.reference_name))
        entries = read_entries(context.value, check, context.answer.kind)
        if isinstance(entries, Invalid):
            return failed(entries.code, f"{context.name} {entries.message}")
        fault = find_fault(entries, expected, check.tolerance)
        if fault is None:
            return passed("labelled.equal", f"{context.name} is right")
        return _explain(context, entries, expected, fault) or fault_verdict(context.name, fault, check.tolerance)

    def solve(self, context: CheckContext[LabelledCheck]) -> Solution | None:
        """Return the reference's entries by their labels."""
        entries = context.memoize("expected", lambda: _expect(context, context.check.reference_name))
        shown = (
            f"{', '.join(clean(label, 40) for label in labels)}: {_show(item)}" for labels, item in entries.items()
        )
        return Solution(bracket(shown, "{}"), show_allowed_error(context.check.tolerance))

    def wrong_examples(self, check: LabelledCheck, answer: Answer, truth: Any) -> Iterator[Wrong]:
        """Yield the truth with a label less, with a label more, and with an entry that is off."""
        del answer, check
        plain = dict(truth) if isinstance(truth, Mapping) else truth
        if not isinstance(plain, dict) or not plain:
            return
        first, *others = plain
        yield f"without {first}", {key: plain[key] for key in others}
        yield f"{first} off", {**plain, first: _move(plain[first])}


def _move(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _move(item) for key, item in value.items()}
    if isinstance(value, bool):
        return not value
    return f"not {value}" if isinstance(value, str) else move(value)


# ---------------------------------------------------------------- reading


def read_entries(value: Value, check: LabelledCheck, kind: str) -> Entries | Invalid:
    """Return the entries of a dict or a table by their labels, or why it has none."""
    if not isinstance(value, MappingValue | TableValue):
        return reject(value, f"a {kind}")
    try:
        plain = plain_value(value)
        columns = _list_columns(plain, by_place=bool(check.rows_by)) if kind == "table" else None
        entries = _flatten(plain) if columns is None else _flatten_table(columns, check)
    except ValueError as error:
        return Invalid("value.unreadable", f"could not be read: {error}")
    except KeyError as error:
        return Invalid("labelled.missing", f"has no column {error}")
    return entries


def _is_table(plain: Any) -> bool:
    return isinstance(plain, Mapping) and set(plain) == {"form", "columns", "index", "data"}


def _list_columns(plain: Any, *, by_place: bool) -> dict[str, dict[str, Any]]:
    """Return a table as a dict of columns, each a dict of its rows: by label, or by place where columns name them."""
    if _is_table(plain):
        rows = [*map(str, range(len(plain["index"])))] if by_place else plain["index"]
        columns = {name: _by_label(rows, column, "row") for name, column in plain["data"].items()}
    elif isinstance(plain, Mapping) and all(isinstance(column, Mapping) for column in plain.values()):
        columns = {name: _read_column(column) for name, column in plain.items()}
    elif isinstance(plain, Mapping) and all(_is_column(column) for column in plain.values()):
        columns = {name: {str(row): item for row, item in enumerate(column)} for name, column in plain.items()}
    else:
        raise ValueError("expected a table: a DataFrame, or a dict of columns")
    return _by_label(columns, columns.values(), "column")


def _read_column(column: Mapping[Any, Any]) -> dict[str, Any]:
    """Return the rows of a column that is a dict of them, or a series."""
    if not _is_table(column):
        return _by_label(column, column.values(), "row")
    if len(column["data"]) != 1:
        raise ValueError("expected one column under each name, got a table of several")
    (items,) = column["data"].values()
    return _by_label(column["index"], items, "row")


def _by_label(labels: Iterable[object], items: Iterable[Any], what: str) -> dict[str, Any]:
    """Return items by their labels as text.

    Raises:
        ValueError: a label is there twice, and which of its items counts would be up to chance.
    """
    pairs = [(_label(label), item) for label, item in zip(labels, items, strict=True)]
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError(f"expected every {what} once, got {len(pairs)} with {len(found)} different labels")
    return found


def _is_column(column: object) -> bool:
    return isinstance(column, list | tuple) or (isinstance(column, np.ndarray) and column.ndim == 1)


def _flatten(plain: Any) -> dict[Labels, Entry]:
    """Return the entries of a dict, or of a series, by key."""
    if not isinstance(plain, Mapping):
        raise ValueError(f"expected a dict, got {type(plain).__name__}")
    if _is_table(plain):
        if len(plain["data"]) != 1:
            raise ValueError("expected one value for each label, got a table of several columns")
        (items,) = plain["data"].values()
        found = _by_label(plain["index"], items, "label")
    else:
        found = _by_label(plain, plain.values(), "label")
    return {(label,): _entry(item) for label, item in found.items()}


def _flatten_table(columns: dict[str, dict[str, Any]], check: LabelledCheck) -> dict[Labels, Entry]:
    names = {row: row for column in columns.values() for row in column}
    if check.rows_by:
        keys = [columns[name] for name in check.rows_by]
        names = {row: ", ".join(_label(key[row]) for key in keys) for row in keys[0]}
        if len(set(names.values())) < len(names):
            raise ValueError(f"two rows have the same {' and '.join(check.rows_by)}")
    wanted = [name for name in check.columns or columns if name not in check.rows_by]
    return {(name, names[row]): _entry(item) for name in wanted for row, item in columns[name].items()}


def _label(label: object) -> str:
    """Return a label as text: 1 and 1.0 are one, a label of several levels is joined by commas."""
    if isinstance(label, tuple):
        return ", ".join(map(_label, label))
    if isinstance(label, float) and label.is_integer():
        return str(int(label))
    return str(label)


def _entry(item: object) -> Entry:
    if isinstance(item, np.generic):
        item = item.item()
    if isinstance(item, np.ndarray) and item.shape == ():
        item = item.item()
    if item is None or (isinstance(item, float) and math.isnan(item)):
        return None
    if isinstance(item, bool | str | float):
        return item
    if isinstance(item, int):
        return float(item)
    raise ValueError(f"it holds a {type(item).__name__}, expected numbers, strings and bools")


def _expect(context: CheckContext[LabelledCheck], name: str) -> Entries:
    found = context.oracle.value(context.exercise_id, name)
    try:
        if context.answer.kind == "table":
            return _flatten_table(_list_columns(found, by_place=bool(context.check.rows_by)), context.check)
        return _flatten(found)
    except KeyError as error:
        columns = ", ".join(map(str, found)) if isinstance(found, Mapping) else "another form"
        message = f"expected {error}, as `rows_by` or `columns` of the check name it, got {columns}"
        raise CourseError([Problem("reference", 1, name, message)]) from error
    except ValueError as error:
        message = f"{error}; got {found!r:.80}"
        raise CourseError([Problem("reference", 1, name, message)]) from error


# ---------------------------------------------------------------- comparing

Fault: TypeAlias = tuple[str, Labels, Entry, Entry]  # code, labels, what stands there, what should


def find_fault(entries: Entries, expected: Entries, tolerance: Tolerance) -> Fault | None:
    """Return the first label that is missing, unexpected or has another value, in the order of the reference."""
    columns = {labels[0] for labels in entries}
    absent = next((labels for labels in expected if len(labels) > 1 and labels[0] not in columns), None)
    if absent is not None:
        return "labelled.missing", absent[:1], None, None
    for labels, right in expected.items():
        if labels not in entries:
            return "labelled.missing", labels, None, right
        if not _is_equal(entries[labels], right, tolerance):
            return "labelled.differs", labels, entries[labels], right
    unexpected = next((labels for labels in entries if labels not in expected), None)
    return None if unexpected is None else ("labelled.unexpected", unexpected, entries[unexpected], None)


def _is_equal(entry: Entry, right: Entry, tolerance: Tolerance) -> bool:
    if isinstance(entry, float) and isinstance(right, float):
        return is_close(entry, right, tolerance)
    return type(entry) is type(right) and entry == right


def fault_verdict(name: str, fault: Fault, tolerance: Tolerance) -> Verdict:
    """Return the verdict on a dict or a table with this fault."""
    code, _, _, right = fault
    shown = _show_fault(name, fault)
    if code != "labelled.differs":
        return failed(code, shown)
    return failed(code, f"{shown} is not correct", f"expected {_show(right)}, within {show_tolerance(tolerance)}")


def _show_fault(name: str, fault: Fault) -> str:
    """Return what stands, or does not, at the label of the fault."""
    code, labels, entry, _ = fault
    place = f"{name}[{']['.join(repr(clean(label, 40)) for label in labels)}]"
    match code:
        case "labelled.missing":
            return f"{place} is not there"
        case "labelled.unexpected":
            return f"{place} is there, and was not asked for"
        case _:
            return f"{place} = {_show(entry)}"


def _show(entry: Entry) -> str:
    if isinstance(entry, float):
        return show(entry)
    return "missing" if entry is None else repr(clean(entry, 60) if isinstance(entry, str) else entry)


def _explain(context: CheckContext[LabelledCheck], entries: Entries, expected: Entries, fault: Fault) -> Verdict | None:
    tolerance = context.check.tolerance

    def explains(name: str) -> bool:
        wrong = context.memoize(name, lambda: _expect(context, name))
        return find_fault(entries, wrong, tolerance) is None and find_fault(wrong, expected, tolerance) is not None

    return find_wrong_value(context, context.check.mistakes, explains, _show_fault(context.name, fault))


RULE = Labelled()
