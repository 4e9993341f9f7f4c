"""Scripts become one cell, or one for every marker; what is no text is refused."""

from pathlib import Path

import pytest

from grader.errors import SubmissionRefused
from grader.model import Limits, SubmittedFile
from grader.submission import read_submission


def read(tmp_path: Path, content: bytes) -> SubmittedFile:
    """Submit one script of this content and return it as read."""
    (tmp_path / "ada.py").write_bytes(content)
    return read_submission([tmp_path / "ada.py"], Limits()).files[0]


NOT_SCRIPTS = [
    ("null bytes", b"x = 1\0", "null bytes"),
    ("utf-16", "x = 1".encode("utf-16"), "null bytes"),
    ("latin-1 undeclared", b"# one\n# two\n# three\nx = '\xe9'", "not utf-8 text at line 4"),
    ("latin-1 on line 1", b"x = '\xe9'", "save it as UTF-8"),
    ("unknown encoding", b"# coding: klingon\n", "the encoding it declares"),
    ("bom against cookie", b"\xef\xbb\xbf# coding: latin-1\n", "the encoding it declares"),
    ("no text encoding", b"# coding: hex\n", "the encoding hex"),
    ("slow encoding", b"# coding: punycode\n", "the encoding punycode"),
]


@pytest.mark.parametrize(("content", "reason"), [pytest.param(c, r, id=i) for i, c, r in NOT_SCRIPTS])
def test_what_is_no_text_is_refused_as_a_script(tmp_path: Path, content: bytes, reason: str) -> None:
    """Bytes that cannot be read as Python source are refused with the way out."""
    with pytest.raises(SubmissionRefused) as caught:
        read(tmp_path, content)
    assert reason in str(caught.value)
    assert "UTF-8" in str(caught.value)


@pytest.mark.parametrize(
    ("content", "source"),
    [
        (b"# -*- coding: latin-1 -*-\nx = '\xe9'", "# -*- coding: latin-1 -*-\nx = 'é'"),
        (b"\xef\xbb\xbfx = '\xc3\xa9'", "x = 'é'"),
        (b"x = 1\r\ny = 2\rz = 3", "x = 1\ny = 2\nz = 3"),
        (b"def (:", "def (:"),
        (b"", ""),
        ("x = '\u2028'\x0c".encode(), "x = '\u2028'\x0c"),
    ],
    ids=["cookie", "bom", "line endings", "syntax error", "empty", "odd white space"],
)
def test_a_plain_script_is_one_cell(tmp_path: Path, content: bytes, source: str) -> None:
    """A script without markers is one code cell with its text; a syntax error is the student's affair."""
    file = read(tmp_path, content)
    assert (file.style, [cell.source for cell in file.cells]) == ("script", [source])


PERCENT = '''"""Mine."""

# %% tags=["ex1", "1a"]

x = 1

# %% [markdown] tags=['ex1d_text']
# Convex, hence
#
#     indented
#%% a title
y = """
# %% not a marker
"""
# %% More words [md] tags=["ex2a_text"]
r"""
By integration.
"""
'''


def test_percent_cells_have_kind_tags_text_and_line(tmp_path: Path) -> None:
    """Titles, tags, comments, docstrings and markers inside strings are told apart."""
    file = read(tmp_path, PERCENT.encode())
    assert file.style == "percent"
    assert [(cell.index, cell.kind, cell.line, cell.part, cell.source) for cell in file.cells] == [
        (0, "code", 1, None, '"""Mine."""'),
        (1, "code", 5, "1a", "x = 1"),
        (2, "markdown", 8, "1d", "Convex, hence\n\n    indented"),
        (3, "code", 12, None, 'y = """\n# %% not a marker\n"""'),
        (4, "markdown", 16, "2a", "By integration."),
    ]


def test_a_script_that_cannot_be_tokenized_is_still_split(tmp_path: Path) -> None:
    """An unclosed string in one cell does not swallow the markers of the others."""
    file = read(tmp_path, b"# %%\nx = 1\n# %%\ny = '''\n# %%\nz = 3\n")
    assert [cell.source for cell in file.cells] == ["x = 1", "y = '''", "z = 3"]


def test_a_marker_in_a_docstring_alone_leaves_a_plain_script(tmp_path: Path) -> None:
    """Text that mentions the marker is no percent script."""
    assert read(tmp_path, b'"""\n# %% cells\n"""\nx = 1\n').style == "script"
