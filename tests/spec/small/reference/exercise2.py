"""Exercise 2 of the small course."""


def ex2_grid() -> list[float]:
    """Return the grid."""
    return [-3.0, 0.0, 3.0]


def ex2_grid__short() -> list[float]:
    """Return a grid that ends early."""
    return [-3.0, 0.0]


def ex2_curve() -> list[float]:
    """Return a curve on it."""
    return [0.0, 1.0, 0.0]


def ex2_curve__shifted() -> list[float]:
    """Return a curve of too few points."""
    return [0.0, 1.0]


def ex2_curve__doubled() -> list[float]:
    """Return a curve of too many points."""
    return [0.0, 1.0, 0.0] * 2


def ex2_line(x: float) -> float:
    """Return the height of the line at x."""
    return 2 * x


def ex2_gap__from(square: float, pair: list[float]) -> float:
    """Return the difference of the student's own areas."""
    return square - pair[0]


def ex2_holds__from(gap: float) -> bool:
    """Return whether the student's own gap is small."""
    return abs(gap) < 1


def ex2_kinds() -> frozenset[str]:
    """Return the kinds that are bounded."""
    return frozenset({"tv"})
