"""Reads the author's YAML into a `Course`, strictly. Knows nothing of students, the sandbox or reference values."""
