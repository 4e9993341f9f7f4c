"""Judges evidence against the course: pure, no I/O, no clock. Never runs or meets student code."""

from grader.judge.codes import CODES
from grader.judge.judge import PreparedCourse, hash_evidence, judge, solve

__all__ = ["CODES", "PreparedCourse", "hash_evidence", "judge", "solve"]
