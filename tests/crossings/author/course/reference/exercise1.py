"""The answers of the first exercise."""

from .shapes import twice

A, B = 2.0, 3.0


def ex1_area(width, height):
    return width * height


def ex1_area__halved(width, height):
    return width * height / 2


def ex1_area__perimeter(width, height):
    return 2 * (width + height)


def ex1_value():
    return A * B


def ex1_value__halved():
    return A * B / 2


def ex1_sides():
    return [A, B]


def ex1_exact():
    return "sqrt(13)"


def ex1_square():
    return A == B


def ex1_shapes():
    return {"kite", "rhombus"}


def ex1_double():
    return twice(A * B)


def ex1_double__from(value):
    return 2 * value


def ex1_gap():
    return A * B


def ex1_gap__from(value, double):
    return double - value


def ex1_grid():
    return [1.0, 4.0, 9.0]


def ex1_grid__backwards():
    return [9.0, 4.0, 1.0]


def ex1_line(width):
    return width * B
