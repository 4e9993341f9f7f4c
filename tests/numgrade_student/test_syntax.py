"""Syntax trees are made one at a time, whatever threads ask for them."""

from __future__ import annotations

import ast
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from numgrade_student import syntax
from numgrade_student.syntax import parse_expression, parse_source


def test_trees_are_those_of_python() -> None:
    """Of a source, and of an expression; what is neither is an error as in Python."""
    assert ast.dump(parse_source("a = 1\nb = 2")) == ast.dump(ast.parse("a = 1\nb = 2"))
    assert ast.dump(parse_expression("a + 1")) == ast.dump(ast.parse("a + 1", mode="eval").body)
    with pytest.raises(SyntaxError):
        parse_source("a =")
    with pytest.raises(SyntaxError):
        parse_expression("a = 1")


@pytest.mark.parametrize("parse", [parse_source, parse_expression])
def test_one_thread_at_a_time(monkeypatch: pytest.MonkeyPatch, parse: object) -> None:
    """A second one waits until the first has its tree."""
    inside, most, both = [0], [0], threading.Barrier(2)

    def watch(source: str, mode: str = "exec") -> ast.AST:
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        tree = compile(source, "<source>", mode, ast.PyCF_ONLY_AST)
        threading.Event().wait(0.01)  # lets another thread in, if it may
        inside[0] -= 1
        return tree  # type: ignore[return-value]  # a tree, by its flag

    def ask(_: int) -> None:
        both.wait()
        parse("a + 1")  # type: ignore[operator]  # one of the two functions

    monkeypatch.setattr(syntax, "ast", SimpleNamespace(parse=watch))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(ask, range(2)))
    assert most == [1]
