"""Reads commits of students as data: what a tree holds, what differs, and the files of a submission.

Knows git's objects and how a submission lies in them. Must never check anything out, run a hook or a filter, obey the
configuration of a repository that a student filled, or follow it to objects that lie elsewhere.
"""

from grader.git.bare import HEAD, find_commit, is_head, open_bare, parse_ref
from grader.git.collect import collect_commit

__all__ = ["HEAD", "collect_commit", "find_commit", "is_head", "open_bare", "parse_ref"]
