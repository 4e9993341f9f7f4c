"""The numerics of the course: linear algebra, initial value problems, and the statistics of one table.

Knows NumPy and the course's `data/`. Must never know grader, a submission, points or tolerances.
"""
