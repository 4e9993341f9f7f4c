"""What runs inside the box. Bound there read-only as the package `grader_box`; the student can read every line of it.

Imports nothing of the grader but itself, and knows no expected value, tolerance or check. Whatever it sends can be
forged by the student whose process it shares; the reader outside treats it as data.
"""

from __future__ import annotations

import builtins
from types import ModuleType

# A function finds its builtins by its module's `__builtins__`, once, when it is made. Modules that work after a
# student's code name these, so that a student's `builtins.sum = np.sum` changes nothing for them.
BUILTINS = ModuleType("builtins")
vars(BUILTINS).update(vars(builtins))
