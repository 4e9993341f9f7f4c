"""Theorems that students' own answers are held against.

Each is a generator of instances: which results of the student's it needs, and a function that gets these numbers and
returns None where the theorem holds, else the counterexample in words. `{0}` stands for the first arguments.
"""


def reversal(names, inputs, slack):
    """An integral changes its sign where its limits are exchanged."""
    (name,) = names

    def counterexample(forwards, backwards):
        if abs(forwards + backwards) <= slack * (1 + abs(forwards)):
            return None
        return f"your {name} gives {forwards:.6g} for {{0}}, and {backwards:.6g} with both arrays in reverse"

    for y, x in inputs:
        yield [(name, (y, x), 1), (name, (y[::-1], x[::-1]), 1)], counterexample
