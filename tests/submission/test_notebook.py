"""Notebooks of every accepted format become cells; everything else is refused in words."""

import json
import warnings
from pathlib import Path

import nbformat
import pytest

from grader.errors import SubmissionRefused
from grader.model import Cell, Limits
from grader.submission import read_submission
from grader.submission.notebook import parse_authored_notebook


def notebook(*cells: object, version: object = 4, minor: int = 5, **extra: object) -> bytes:
    """Return the bytes of a notebook with these cells."""
    holder = {"cells": list(cells)} if version != 3 else {"worksheets": [{"cells": list(cells), "metadata": {}}]}
    return json.dumps({"metadata": {}, "nbformat": version, "nbformat_minor": minor, **holder, **extra}).encode()


def code(source: object, *tags: str, **extra: object) -> dict[str, object]:
    """Return a code cell of format 4."""
    return {"cell_type": "code", "metadata": {"tags": list(tags)}, "source": source, "outputs": [], **extra}


def read(tmp_path: Path, content: bytes) -> tuple[Cell, ...]:
    """Submit one notebook of this content and return its cells."""
    (tmp_path / "ada.ipynb").write_bytes(content)
    return read_submission([tmp_path / "ada.ipynb"], Limits()).files[0].cells


NOT_NOTEBOOKS = [
    ("empty", b"", "the file is empty"),
    ("spaces", b" \n ", "the file is empty"),
    ("prose", b"dear teacher", "not valid JSON at line 1, column 1"),
    ("cut", b'{"cells": [\n {"cell_type":\n', "not valid JSON at line 3"),
    ("deep list", b"[" * 100_000, "nested too deeply"),
    ("deep object", b'{"a":' * 100_000, "nested too deeply"),
    ("list", b"[]", "not an object but of type list"),
    ("number", b"NaN", "not an object but of type float"),
    ("repeated key", b'{"cells": [], "cells": []}', "the key 'cells' stands twice"),
    ("huge integer", b'{"nbformat": ' + b"9" * 5000 + b"}", "not valid JSON"),
    ("utf-16", '{"nbformat": 4}'.encode("utf-16"), "not UTF-8 text"),
    ("no version", b'{"cells": []}', "no format number"),
    ("version as text", notebook(version="4"), "no format number"),
    ("version as bool", notebook(version=True), "no format number"),
    ("version 2", notebook(version=2), "format 2"),
    ("version 99", notebook(version=99), "format 99"),
    ("no cells", b'{"nbformat": 4, "nbformat_minor": 5}', "no list of cells"),
    ("cells null", notebook(cells=None), "no list of cells"),
    ("cells object", notebook(cells={}), "no list of cells"),
    ("worksheets text", notebook(version=3, worksheets="x"), "no list of worksheets"),
    ("worksheet number", notebook(version=3, worksheets=[1]), "no list of cells"),
    ("cell text", notebook("print(1)"), "cell 1 is not an object"),
    ("cell type list", notebook({"cell_type": [[]], "source": ""}), "cell 1 is of no known type"),
    ("heading in 4", notebook({"cell_type": "heading", "source": ""}), "cell 1 is of no known type"),
    ("no source", notebook({"cell_type": "code", "metadata": {}}), "the source of cell 1 is not text"),
    ("source number", notebook(code("x"), code(7)), "the source of cell 2 is not text"),
    ("source mixed", notebook(code(["x\n", 7])), "the source of cell 1 is not text"),
    ("metadata list", notebook(code("x", metadata=[])), "the metadata of cell 1"),
]


@pytest.mark.parametrize(("content", "reason"), [pytest.param(c, r, id=i) for i, c, r in NOT_NOTEBOOKS])
def test_what_is_no_notebook_is_refused_with_its_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    """A broken or hostile document is refused in words, and names the file and the way out."""
    with pytest.raises(SubmissionRefused) as caught:
        read(tmp_path, content)
    message = str(caught.value)
    assert reason in message
    assert message.startswith("ada.ipynb is ")
    assert "Jupyter" in message


@pytest.mark.parametrize("minor", range(6))
def test_every_minor_version_of_format_4_is_read(tmp_path: Path, minor: int) -> None:
    """Formats 4.0 to 4.5 give the same cells."""
    cells = read(tmp_path, notebook(code("x = 1", "ex1"), minor=minor))
    assert [(cell.source, cell.exercise) for cell in cells] == [("x = 1", "1")]


def test_missing_and_repeated_cell_ids_are_no_matter(tmp_path: Path) -> None:
    """A copied or missing cell id neither refuses the notebook nor prints a warning."""
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        cells = read(tmp_path, notebook(code("x", id="a"), code("y", id="a"), code("z")))
    assert len(cells) == 3
    assert not seen


def test_format_3_gives_the_cells_that_nbformat_gives(tmp_path: Path) -> None:
    """Every kind of cell of format 3 comes out as nbformat converts it."""
    cells = [
        {"cell_type": "heading", "level": 2, "source": ["Exercise\n", "one"], "metadata": {}},
        {"cell_type": "code", "language": "python", "input": ["x = 1\n", "y = 2"], "outputs": [], "metadata": {}},
        {"cell_type": "markdown", "source": "why", "metadata": {"tags": ["ex1d_text"]}},
    ]
    content = notebook(*cells, version=3, minor=0, metadata={"name": ""})
    ours = read(tmp_path, content)
    theirs = nbformat.reads(content.decode(), as_version=4).cells
    assert [(cell.kind, cell.source) for cell in ours] == [(cell.cell_type, cell.source) for cell in theirs]
    assert ours[2].part == "1d"


def test_a_source_may_be_lines_or_one_text(tmp_path: Path) -> None:
    """The two spellings of a source mean the same."""
    cells = read(tmp_path, notebook(code(["x = 1\n", "y = 2"]), code("x = 1\ny = 2")))
    assert cells[0].source == cells[1].source == "x = 1\ny = 2"


def test_a_raw_cell_keeps_its_place_as_text(tmp_path: Path) -> None:
    """A raw cell counts, so that cell numbers are those that the student sees."""
    cells = read(tmp_path, notebook({"cell_type": "raw", "source": "t"}, code("x")))
    assert [(cell.index, cell.kind) for cell in cells] == [(0, "markdown"), (1, "code")]


def test_a_byte_order_mark_nan_and_surrogates_are_tolerated(tmp_path: Path) -> None:
    """A BOM is dropped, NaN in metadata is nobody's business, and half a character becomes a replacement character."""
    content = b"\xef\xbb\xbf" + notebook(code("x = '\ud800'"), metadata={"a": float("nan")})
    assert read(tmp_path, content)[0].source == "x = '\ufffd'"


def test_a_cells_line_is_its_sources_line_in_the_file(tmp_path: Path) -> None:
    """Where Jupyter laid the file out, a cell knows the line that its source starts on."""
    content = nbformat.writes(
        nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell("first = 1"), nbformat.v4.new_markdown_cell("second")]
        )
    )
    cells = read(tmp_path, content.encode())
    lines = content.split("\n")
    assert ["first" in lines[cells[0].line - 1], "second" in lines[cells[1].line - 1]] == [True, True]


KERNEL = {"name": "python3", "display_name": "Python 3"}
OTHER_LANGUAGES: list[tuple[object, str]] = [
    ({"kernelspec": {"name": "ir", "language": "R"}, "language_info": {"name": "R"}}, "R"),
    ({"kernelspec": {"name": "ir", "display_name": "R"}}, "R"),
    ({"kernelspec": {"name": "julia-1.11"}}, "Julia"),
    ({"kernelspec": {"language": "julia"}}, "julia"),
    ({"language_info": {"name": "a\x1b[2J" + "x" * 100}}, "a\\x1b[2J" + "x" * 35),
]


@pytest.mark.parametrize(("metadata", "language"), OTHER_LANGUAGES)
def test_a_notebook_in_another_language_is_refused_by_name(tmp_path: Path, metadata: object, language: str) -> None:
    """The student learns what the file is, not that a name is not defined in it."""
    with pytest.raises(SubmissionRefused) as caught:
        read(tmp_path, notebook(code("x <- 1"), metadata=metadata))
    assert str(caught.value) == f"ada.ipynb is a notebook in {language}, expected one in Python"


@pytest.mark.parametrize(
    "metadata",
    [
        {"kernelspec": KERNEL},
        {"kernelspec": KERNEL | {"language": "python"}, "language_info": {"name": "python"}},
        {"language_info": {"name": "ipython"}, "kernelspec": {"language": "sage", "name": "sagemath"}},
        {"kernelspec": {"name": "my-env"}},
        {"kernelspec": {"name": 7, "language": []}, "language_info": "R"},
        {"kernelspec": None, "language_info": {"name": " "}},
        {},
        [],
        None,
    ],
)
def test_what_says_nothing_of_another_language_is_python(tmp_path: Path, metadata: object) -> None:
    """Metadata is a student's too: what is missing or odd refuses nobody."""
    assert len(read(tmp_path, notebook(code("x = 1"), metadata=metadata))) == 1


def test_a_notebook_named_py_is_read_as_one(tmp_path: Path) -> None:
    """Its cells run as cells, under the name that it has."""
    for mark in (b"", b"\xef\xbb\xbf", b"\n "):
        (tmp_path / "hw.py").write_bytes(mark + notebook(code("x = 1"), code("y = 1")))
        file = read_submission([tmp_path / "hw.py"], Limits()).files[0]
        assert (file.name, file.style, [cell.source for cell in file.cells]) == (
            "hw.py",
            "notebook",
            ["x = 1", "y = 1"],
        )


@pytest.mark.parametrize(("text", "kind"), [('{"a": [1]}', "an object"), ("[1, 2]", "a list")])
def test_a_script_that_is_json_is_refused_as_such(tmp_path: Path, text: str, kind: str) -> None:
    """A data file with the name of a script is no script without answers."""
    (tmp_path / "hw.py").write_text(text)
    with pytest.raises(SubmissionRefused, match=f"not a script: it holds JSON .{kind}. and no Python code"):
        read_submission([tmp_path / "hw.py"], Limits())


@pytest.mark.parametrize("text", ["{'a': 1}", "[x\n]", "[" * 100_000, '{"nbformat": 4', '"a docstring"', "{1}"])
def test_a_script_that_begins_like_json_is_a_script(tmp_path: Path, text: str) -> None:
    """Python has braces and brackets too, and a script may be wrong."""
    (tmp_path / "hw.py").write_text(text)
    assert read_submission([tmp_path / "hw.py"], Limits()).files[0].style == "script"


def test_an_authors_cells_keep_kind_and_metadata() -> None:
    """A raw cell is one there, and what else an author wrote into the metadata is plain data."""
    raw = {"cell_type": "raw", "metadata": {"a": {"b": 1}}, "source": ["x\n", "y"]}
    cells = parse_authored_notebook(
        "a.ipynb", notebook(raw, code("1", "tag"), {"cell_type": "markdown", "source": "z"}), 3
    )
    assert [(cell.kind, cell.source) for cell in cells] == [("raw", "x\ny"), ("code", "1"), ("markdown", "z")]
    assert [cell.metadata for cell in cells] == [{"a": {"b": 1}}, {"tags": ["tag"]}, {}]
    with pytest.raises(SubmissionRefused, match="3 cells"):
        parse_authored_notebook("a.ipynb", notebook(raw, raw, raw), 2)
