"""The syntax tree of a source, made by one thread at a time."""

from __future__ import annotations

import ast
import threading

_TURN = threading.Lock()


def parse_source(source: str) -> ast.Module:
    """Return the syntax tree of a source.

    In CPython 3.11 two threads that make trees at once may stop each other with a `SystemError` ("AST constructor
    recursion depth mismatch"), which is nobody's fault in the source.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: there is none.
    """
    with _TURN:
        return ast.parse(source)


def parse_expression(source: str) -> ast.expr:
    """Return the syntax tree of an expression, as `parse_source` does that of a source."""
    with _TURN:
        return ast.parse(source, mode="eval").body
