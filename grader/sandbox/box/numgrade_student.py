"""Stands in the box for the check of the student kit: what is graded has been checked before, or has not.

The starter's notebooks import the kit and call it, and so may any cell of a student's; none of them has done wrong.
"""

from __future__ import annotations


def check(*parts: object, **options: object) -> None:
    """Do nothing."""
    del parts, options
