"""The small complete course that `grader new` writes, to be edited: `course/` holds its files, `write` writes them.

What lies in `course/` is an author's material: nothing of it is imported here, and it knows nothing of the program.
"""

from grader.template.write import TEMPLATE, check_id, check_title, name_course, write_course, write_new

__all__ = ["TEMPLATE", "check_id", "check_title", "name_course", "write_course", "write_new"]
