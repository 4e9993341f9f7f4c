"""What students may try their functions on before they submit: few, simple, and not what grading uses."""


def example_samples():
    """Return (y, x): values and points."""
    return [
        ((3.0, 1.0), (0.0, 2.0)),
        ((1.0, 3.0, 2.0), (0.0, 1.0, 2.0)),
        ((2.0, 0.5, 1.0), (1.0, 1.5, 4.0)),
    ]
