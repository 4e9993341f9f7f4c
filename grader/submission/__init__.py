"""Turns .ipynb and .py files into cells tagged with their part. Reads; never runs anything."""
