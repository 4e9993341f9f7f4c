"""A marker splits a script between complete statements of its top level, and nowhere else."""

from __future__ import annotations

import pytest

from grader.submission.script import parse_script

ONE = {
    "class": "class A:\n    x = 1\n# %% two\n    y = 2\n",
    "function": "def f():\n#%%\n    return 1\n",
    "if": "if True:\n    x = 1\n# %%\nelse:\n    x = 2\n",
    "if with a comment": "if True:  # :\n# %% run\n\n# words\n    x = 1\n",
    "try": "try:\n    x = 1\n# %%\nexcept ValueError:\n    x = 2\n",
    "decorator": "@f\n# %%\ndef g(): pass\n",
    "list": "x = [\n# %%\n    1,\n# %%\n]\n",
    "call": "f(\n# %%\nx=1)\n",
    "string": "x = '''\n# %%\n'''\n",
    "string that goes on": "x = 'a\\\n# %%'\n",
    "ruler": "x = 1\n# %%%%%%%%\ny = 2\n#%%%%  \nz = 3\n",
}
SPLIT = {
    "plain": "x = 1\n# %%\ny = 2\n",
    "after a block": "def f():\n    return 1\n# %%\ny = 2\n",
    "after a line that goes on": "x = 1 + \\\n    2\n# %%\ny = 2\n",
    "after one line of a block": "if x: y = 1\n# %%\n    z = 2\n",
    "a bracket without end": "f(\n# %%\ny = 2\n",
    "a bracket without begin": "x = 1)\n# %%\ny = 2\n",
    "brackets that do not match": "x = (1]\n# %%\ny = 2\n",
    "a bracket that a later cell seems to close": "f(\n# %%\nimport math\ny = 2)\n",
    "a shell command": "!echo (\n# %%\ny = 2\n",
    "a cell in another language": "%%bash\necho '''(\n# %%\ny = 2\n",
    "a quote without end": "x = 'no end\n# %%\ny = 2\n",
    "a string of several lines without end": "x = '''\n# %%\ny = 2\n",
    "a stray indent": "x = 1\n# %%\n    y = 2\n",
    "a title in a ruler": "x = 1\n# %%%% two %%%%\ny = 2\n",
    "a title of dashes": "x = 1\n#%% -----\ny = 2\n",
    "at the end": "x = 1\n# %% two\n",
}


@pytest.mark.parametrize("case", ONE)
def test_no_marker_splits_a_statement(case: str) -> None:
    """What belongs together runs together, as plain Python runs it."""
    style, cells = parse_script("ada.py", ONE[case].encode(), 10)
    assert (style, [cell.source for cell in cells]) == ("script", [ONE[case]])


@pytest.mark.parametrize("case", SPLIT)
def test_a_mistake_in_one_cell_does_not_swallow_the_next(case: str) -> None:
    """Between statements a marker splits, also where one of them is wrong or is no Python."""
    assert len(parse_script("ada.py", SPLIT[case].encode(), 10)[1]) == 2


def test_time_magics_hold_python() -> None:
    """The body of a cell that is timed is read like any other."""
    text = "# %%\n%%time\nx = '''\n# %%\n'''\n% (\n# %%\ny = (1\n% 2)\n"
    assert len(parse_script("ada.py", text.encode(), 10)[1]) == 2
