"""The reference of a small course."""
