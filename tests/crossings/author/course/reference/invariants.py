"""Theorems about areas."""


def scaling(names, inputs, slack):
    for width, height in inputs:

        def broken(one, other):
            return None if abs(2 * one - other) <= slack else "the area of {0} does not double"

        yield [(names[0], (width, height), 1), (names[0], (2 * width, height), 1)], broken
