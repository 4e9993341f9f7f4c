"""Which packages a course may offer: those that are installed here."""

from __future__ import annotations

import pytest

from grader.spec.packages import find_missing


def test_installed_packages_are_found_by_any_spelling():
    """PyPI takes `-`, `_`, `.` and case for the same, and so does a course."""
    assert find_missing(("numpy", "NumPy", "typing-extensions", "typing_extensions")) == ()


@pytest.mark.parametrize("name", ["nosuchpackage", "sklearn-but-not-quite", "", "numpy>=2", "../numpy", "--index-url"])
def test_what_is_not_installed_is_missing(name):
    """So is what is not the name of a distribution at all; the order is the course's."""
    assert find_missing((name, "numpy", "zzz-none")) == (name, "zzz-none")
