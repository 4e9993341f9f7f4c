"""The check of a live session leaves it as it was, and raises nothing."""

from __future__ import annotations

import random
import subprocess
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest

from numgrade_student.course import CheckError, PublicCourse
from numgrade_student.session import build_report, unchanged

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def pyplot() -> Any:
    """Matplotlib without a screen, all figures closed afterwards."""
    mpl.use("agg")
    from matplotlib import pyplot as plt

    yield plt
    plt.close("all")


def take_state() -> Any:
    """Return what the check has to leave alone."""
    drawn: Any = np.random.get_state()  # noqa: NPY002 - the one that students use
    return random.getstate(), drawn[1].tolist(), np.geterr(), list(warnings.filters)


def test_the_session_is_as_it_was(tiny: PublicCourse, pyplot: Any, capsys: Any) -> None:
    """Names, random numbers, figures, warnings, NumPy's errors and what is printed."""
    names: dict[str, Any] = {"ex1_n": 1.0, "kept": 7}

    def wild(x: float) -> float:
        names.update(kept=8, new=9)
        random.random()
        np.random.rand()  # noqa: NPY002 - as students do
        np.seterr(all="raise")
        warnings.simplefilter("error")
        pyplot.figure()
        pyplot.plot([1, 2])
        print("noise")  # noqa: T201 - as students do
        return x

    names["ex1_f"] = wild
    first, second = pyplot.figure(3), pyplot.figure(7)
    pyplot.figure(3)
    state = take_state()
    report = build_report(lambda: tiny, names, (), title="this session")
    assert "1a  no problem found" in str(report)
    assert names == {"ex1_n": 1.0, "kept": 7, "ex1_f": wild}
    assert take_state() == state
    assert (pyplot.get_fignums(), pyplot.gcf()) == ([3, 7], first)
    assert not any(axes.lines for figure in (first, second) for axes in figure.axes)
    assert capsys.readouterr().out == ""


def test_it_is_put_back_after_an_interrupt_too(pyplot: Any) -> None:
    """Whatever ends the check."""
    names = {"a": 1}

    def stop() -> None:
        with unchanged(names):
            names["b"] = 2
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop()
    assert names == {"a": 1}
    assert pyplot.get_fignums() == []


def test_nothing_is_raised_for_a_student(tiny: PublicCourse) -> None:
    """An unknown part, no course, a fault of ours and a missing file are told in words."""
    assert str(build_report(lambda: tiny, {}, ("9z",), title="x")) == "There is no part 9z; parts are 1a to 3a."

    def without() -> PublicCourse:
        raise CheckError("no course")

    def broken() -> PublicCourse:
        raise ZeroDivisionError

    assert str(build_report(without, {}, (), title="x")) == "no course"
    assert "The check itself failed, which is not your mistake: ZeroDivisionError" in str(
        build_report(broken, {}, (), title="x")
    )
    assert "There is no file" in str(build_report(lambda: tiny, {}, (), title="x", file="nowhere.ipynb"))


def test_the_file_whose_texts_were_seen_is_named(tiny: PublicCourse, tmp_path: Path) -> None:
    """The heading says what was looked at: the values of the session, and the texts of the file."""
    file = tmp_path / "work.py"
    file.write_text("ex1_n = 1", encoding="utf-8")
    text = str(build_report(lambda: tiny, {"ex1_n": 2.0}, (), title="this notebook", file=file))
    assert text.startswith("Self-check of this notebook, with the texts in work.py (no points)")


def test_a_long_part_name_is_cut(tiny: PublicCourse) -> None:
    """What is said stays one line."""
    assert str(build_report(lambda: tiny, {}, ("9" * 500,), title="x")).count("9") == 57


def test_whatever_a_namespace_holds_is_no_fault_of_the_check(tiny: PublicCourse) -> None:
    """Names that are no strings, and objects and exceptions that raise when they are looked at."""

    class Masked:
        """Raises when asked what it is."""

        __class__ = property(lambda _: 1 / 0)  # type: ignore[assignment]

    class Nameless(type):
        """A type whose name is no string."""

        __name__ = 5  # type: ignore[assignment]

    class Thing(metaclass=Nameless):
        """Of that type."""

    class Mute(Exception):  # noqa: N818 - a student's
        """Ends the program instead of saying what it is."""

        def __str__(self) -> str:
            raise SystemExit

    def mute(_: float) -> float:
        raise Mute

    def odd(_: float) -> float:
        raise SyntaxError(5)

    for function, words in ((mute, "Mute: (its message"), (odd, "SyntaxError: 5")):
        names: Any = {5: 1, "other": Masked(), "ex1_n": Thing(), "ex1_f": function}
        assert words in " ".join(str(build_report(lambda: tiny, names, (), title="x")).split())


def test_parts_are_asked_for_by_part_exercise_or_answer(tiny: PublicCourse) -> None:
    """Whatever a student calls it."""
    for words, parts in (
        (["1A"], ("1a",)),
        (["ex1"], ("1a", "1b")),
        (["ex2_r"], ("2a",)),
        ([["1a", "1b"]], ("1a", "1b")),
        (["1a", "3"], ("1a", "3a")),
    ):
        assert tiny.choose(words) == parts
    listed: Any = [["1a", "1b"]]
    assert tiny.choose(listed) == ("1a", "1b")


def test_own_time_is_short(public_courses: Any) -> None:
    """Far below 0.2 s a part, measured in processor time, with functions that cost nothing."""
    course = public_courses["kl"]
    names = dict.fromkeys(course.answers, 1.0) | {"ex1_kl": lambda *_: 1.0, "ex5_kl": lambda _: 1.0}
    build_report(lambda: course, names, ("1a",), title="x")
    begun = time.process_time()
    build_report(lambda: course, names, (), title="x")
    assert time.process_time() - begun < 0.2 * len(course.choose(()))


SCRIPT = """
from numgrade_student import check, course, session
course.INSTALLED = None
session.load_course = lambda: course.load_course(__import__("pathlib").Path({folder!r}))
ex1_kl_pq = True
print(check("1a"))
"""


def test_a_script_sees_its_own_names(public_folders: Any, tmp_path: Path) -> None:
    """Outside of IPython the caller's globals are looked at."""
    path = tmp_path / "hw.py"
    path.write_text(SCRIPT.format(folder=str(public_folders["kl"])))
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, check=True, cwd=ROOT)
    assert "ex1_kl_pq is True, but should be a number." in done.stdout


LIVE = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_cell('''
from pathlib import Path
from numgrade_student import check, course, session
session.load_course = lambda: course.load_course(Path({folder!r}))
''')
shell.run_cell("ex1_kl_pq = 0.4")
shell.run_cell("def ex1_kl(p, q):\\n    print(1)\\n    return 1 / 0")
shell.run_cell("ex1_kl_qp = ex1_kl_pq\\nex1_kl_pq_exact = unknown")
before = set(shell.user_ns)
shell.run_cell("report = check('1a')")
print(shell.user_ns["report"])
print(sorted(set(shell.user_ns) - before - {{"report", "_i", "_ii", "_iii", "_i5", "_i4", "_i6"}}))
"""


def test_a_notebook_sees_its_names_and_the_cell_that_failed(public_folders: Any, tmp_path: Path) -> None:
    """IPython remembers where the last cell stopped."""
    path = tmp_path / "live.py"
    path.write_text(LIVE.format(folder=str(public_folders["kl"])))
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, check=True, cwd=ROOT)
    assert "A cell stopped at line 2, `ex1_kl_pq_exact = unknown`: NameError" in done.stdout
    assert "Not set because of it: ex1_kl_pq_exact." in done.stdout
    assert "raised ZeroDivisionError: division by zero (line 3)." in done.stdout
    assert done.stdout.rstrip().endswith("[]")


RUN_MAGIC = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.user_ns["ex1_kl_pq"] = 0.4
shell.run_line_magic("run", {path!r})
"""


def test_a_script_that_a_notebook_runs_sees_its_own_names(public_folders: Any, tmp_path: Path) -> None:
    """With %run, too, the names are those of the script."""
    path = tmp_path / "hw.py"
    path.write_text(SCRIPT.format(folder=str(public_folders["kl"])))
    code = RUN_MAGIC.format(path=str(path))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert "ex1_kl_pq is True, but should be a number." in done.stdout
