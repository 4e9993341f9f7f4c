"""This course's own rules."""

import numpy as np


def squares(value, used, options):
    del used
    roots = np.sqrt(np.abs(value))
    if value.size > 1 and np.all(np.abs(roots - options["first"] - np.arange(value.size)) < 1e-6):
        return {"share": 1, "code": "squares.ok", "message": "ex1_grid has squares in order"}
    return {"share": 0, "code": "squares.refused", "message": "ex1_grid has not the squares in order"}


def looks_like_perimeter(trials):
    for trial in trials:
        width, height = trial["args"]
        if trial["result"] != 2 * (width + height):
            return None
    return 0
