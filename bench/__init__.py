"""Times the grader beside its peers on one generated class. Run by `make bench`; nothing of the grader imports it."""
