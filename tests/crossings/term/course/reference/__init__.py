"""The right answers of a small course for tests."""
