"""The check that students run on their own work before they submit: `from numgrade_student import check`.

Knows the public course: names, kinds, shapes, example inputs, and theorems that give no answer away. Holds no expected
value, tolerance, hint or mistake, and imports nothing of `grader`. Needs Python and NumPy; IPython only where it is
already running, or where a notebook file is to be run.
"""

from numgrade_student.session import check

__all__ = ["check"]
