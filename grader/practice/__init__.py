"""What `grader check` says: the students' own check, on what the sandbox brought out instead of on live objects.

Knows the public course alone: its questions are the examples and what public theorems ask, and its words are those of
`numgrade_student`, which looks at live objects and at evidence through one protocol. Gives no points.
"""

from grader.practice.run import Practice, build_practice, check_evidence

__all__ = ["Practice", "build_practice", "check_evidence"]
