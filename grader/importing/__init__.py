"""`grader import`: an assignment of nbgrader or of Otter Assign becomes a course, to be finished.

`nbgrader` and `otter` read notebooks into one record (`assignment`); `claims` reads what their tests ask, `suggest`
makes a rule of it, `solution` the reference, `course` the files. Nothing of an assignment is executed: it is read as
syntax trees, bounded in size. What cannot be carried over is said. Knows the author's files alone, never a submission.
"""

from grader.importing.course import Imported, import_assignment
from grader.importing.read import READERS

__all__ = ["READERS", "Imported", "import_assignment"]
