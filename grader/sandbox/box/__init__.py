"""What runs inside the box. Bound there read-only as the package `grader_box`; the student can read every line of it.

Imports nothing of the grader but itself, and knows no expected value, tolerance or check. Whatever it sends can be
forged by the student whose process it shares; the reader outside treats it as data.
"""
