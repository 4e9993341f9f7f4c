"""Exercise 1 of the small course: lengths in metres, areas in square metres."""


def ex1_square() -> float:
    """Return the area of the square."""
    return 4.0


def ex1_area(width: float, height: float) -> float:
    """Return the area of a rectangle."""
    return width * height


def ex1_area__halved(width: float, height: float) -> float:
    """Return half of it."""
    return width * height / 2


def ex1_area__swapped(width: float, height: float) -> float:
    """Return what changes with the order."""
    return width * height + width - height


def ex1_pair() -> list[float]:
    """Return both areas."""
    return [4.0, 2.5]


def ex1_larger() -> str:
    """Return which is larger."""
    return "square"


def ex1_larger__from(square: float, pair: list[float]) -> str:
    """Return which of the student's own is larger."""
    return "square" if square > pair[1] else "rectangle"
