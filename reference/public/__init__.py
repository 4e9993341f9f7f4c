"""What students may have of this course: invariants of their own answers, and inputs to try them on.

Imports nothing else of the course, and holds no value that settles an answer.
"""
