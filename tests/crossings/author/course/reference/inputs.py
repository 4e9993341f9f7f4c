"""The inputs on which functions are called."""


def rectangles():
    return [(1.0, 1.0), (2.0, 1.0), (1.0, 2.0), (3.0, 0.5), (10.0, 7.0)]
