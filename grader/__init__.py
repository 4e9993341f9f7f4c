"""grader: runs students' notebooks in a sandbox and judges what came out, outside it."""

__version__ = "0.1.0"
