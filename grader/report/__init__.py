"""Shows a `Report`: text, JSON. Escapes everything that came from a student.

Knows wording, order and layout. Must never decide anything: an outcome, a score or a status is shown as it came.
"""
