"""Types of columns: exact points, moments in UTC, text that every database can hold."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any

from sqlalchemy import DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator

from grader.judge.score import add_points


@lru_cache(maxsize=4096)
def _read_points(text: str) -> Fraction:
    """Return the fraction that was stored; a class has thousands of rows with the same few."""
    return Fraction(text)


class ExactPoints(TypeDecorator[Fraction]):
    """Points as exact text, `143/2`: a float would not add up, and no database has fractions."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Fraction | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the library's signature
        """Return the text that is stored."""
        return None if value is None else str(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Fraction | None:  # noqa: ARG002 - the library's signature
        """Return the fraction that was stored."""
        return None if value is None else _read_points(value)


class ExactSum(TypeDecorator[Fraction]):
    """A sum that a view spells out, `1/2+1+1/4`, because SQL cannot add fractions; nothing to add is NULL."""

    impl = Text
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> Fraction:  # noqa: ARG002 - the library's signature
        """Return the sum."""
        terms = value.split("+") if value else ()
        return add_points(map(_read_points, terms))


class Utc(TypeDecorator[datetime]):
    """A moment. SQLite keeps no time zone, so that everything is UTC on the way in and on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the library's signature
        """Return the moment in UTC; one without a time zone could mean anything and is a bug."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the library's signature
        """Return the moment with its time zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class PlainText(TypeDecorator[str]):
    r"""Text from outside; lone surrogates and NUL, which databases refuse, are spelled out as in `\udcff`."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the library's signature
        """Return the text that is stored."""
        return None if value is None else storable(value)


def storable(text: str) -> str:
    """Return `text` as it is stored; most text is left as it is."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\x00")
