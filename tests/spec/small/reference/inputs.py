"""What functions of the small course are called on."""


def rectangles() -> list[tuple[float, float]]:
    """Return (width, height)."""
    return [(1.0, 1.0), (1.0, 2.0), (2.0, 1.0)]
