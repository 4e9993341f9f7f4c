"""Judges evidence against the course: pure, no I/O, no clock. Never runs or meets student code."""
