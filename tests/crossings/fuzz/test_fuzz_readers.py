"""Whatever is submitted is read or refused; whatever an expression says is a number or a refusal."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grader.errors import SubmissionRefused
from grader.judge.describe import Invalid
from grader.judge.expressions import parse_expression
from grader.model import Limits, Submission
from grader.report.escape import escape
from grader.sandbox.file_evidence import find_attempted
from grader.submission import read_submission

_LIMITS = Limits(cells=50)
_TEXT = st.text(st.characters(), max_size=30)
_CELL = st.fixed_dictionaries(
    {},
    optional={
        "cell_type": st.sampled_from(["code", "markdown", "raw", "heading", 7]) | _TEXT,
        "source": _TEXT | st.lists(_TEXT, max_size=3) | st.integers(),
        "input": _TEXT,
        "metadata": st.fixed_dictionaries({}, optional={"tags": st.lists(_TEXT | st.floats(), max_size=3) | _TEXT})
        | _TEXT,
        "level": st.integers() | st.floats(),
    },
)
_NOTEBOOK = st.fixed_dictionaries(
    {},
    optional={
        "nbformat": st.sampled_from([3, 4, 5, True, None, "4", 1e300]),
        "nbformat_minor": st.integers(),
        "cells": st.lists(_CELL | st.none(), max_size=4) | _TEXT,
        "worksheets": st.lists(st.fixed_dictionaries({}, optional={"cells": st.lists(_CELL, max_size=2)}), max_size=2)
        | _TEXT,
        "metadata": st.none() | _TEXT,
    },
).map(lambda document: json.dumps(document).encode())


def _read_or_refuse(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    try:
        submission = read_submission([path], _LIMITS)
    except SubmissionRefused as refusal:
        reason = str(refusal)
    else:
        _check_read(submission)
        return
    finally:
        path.unlink()
    assert reason.isprintable()


def _check_read(submission: Submission) -> None:
    for file in submission.files:
        assert len(file.cells) <= _LIMITS.cells
        json.dumps([cell.source for cell in file.cells], ensure_ascii=False).encode()


@given(content=st.binary(max_size=300) | _NOTEBOOK)
@example(content=b"\xef\xbb\xbf{}")
@example(content=b'{"nbformat": 4, "cells": ' + b"[" * 2000)
@example(content=b'{"nbformat": 4, "nbformat": 4, "cells": []}')
@settings(max_examples=300)
def test_a_notebook_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    """Bytes with the name of a notebook are cells or a refusal that can be printed."""
    _read_or_refuse(tmp_path_factory.getbasetemp() / "fuzz.ipynb", content)


@given(content=st.binary(max_size=200) | _TEXT.map(lambda text: ("# %%" + text).encode("utf-8", "surrogatepass")))
@example(content=b"# -*- coding: utf-7 -*-\n# +AAo-")
@example(content=b"# -*- coding: punycode -*-\n" + b"a" * 200)
@example(content=b"# %%\n'''\n# %% inside a string\n")
@settings(max_examples=300)
def test_a_script_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    """Bytes with the name of a script are cells or a refusal that can be printed."""
    _read_or_refuse(tmp_path_factory.getbasetemp() / "fuzz.py", content)


@given(st.text(st.sampled_from("0123456789.+-*/() eplogn2sqrtxj_'\n"), max_size=60) | _TEXT)
@example("9**9**9**9")
@example("(" * 500)
@example("exp(" * 90 + "1" + ")" * 90)
@example("1/0")
@example("().__class__")
@settings(max_examples=500)
def test_an_expression_is_a_number_or_a_refusal(text: str) -> None:
    """Nothing but a finite number or a refusal comes out, and nothing is raised."""
    result = parse_expression(text)
    assert isinstance(result, Invalid | float)


@given(_TEXT | st.text(st.sampled_from("def a=(:\n \t'\"\\1x,"), max_size=200))
@example("(" * 3000)
@example("a" + ".b" * 20_000)
@example("-" * 20_000 + "1")
@settings(max_examples=300)
def test_attempted_names_are_names(source: str) -> None:
    """Any source, broken ones too, gives a set of names."""
    assert all(isinstance(name, str) for name in find_attempted(source))


@given(st.text(max_size=200))
@example("\x1b]8;;http://x\x07y \u202e \ud800 ::error:: ##[group] ::::")
@settings(max_examples=500)
def test_what_is_shown_is_printable_and_commands_nobody(text: str) -> None:
    """One line, no control character, no direction change, no workflow command, encodable."""
    shown = escape(text)
    assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in shown)
    assert "::" not in shown
    assert "##[" not in shown
    shown.encode()
