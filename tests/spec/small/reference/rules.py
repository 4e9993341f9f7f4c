"""Rules of the small course."""

from typing import Any


def grid(value: Any, used: Any, options: Any) -> dict[str, Any]:
    """Pass a grid that begins and ends where it should."""
    del used
    right = value[0] == options["low"] and value[-1] == options["high"]
    return {"share": int(right), "code": "grid.ends", "message": "the grid was looked at"}


def curve(value: Any, used: Any, options: Any) -> dict[str, Any]:
    """Pass a curve of as many points as the grid."""
    del options
    if used["ex2_grid"]["value"] is None:
        return {"blocked": "ex2_grid"}
    return {"share": int(len(value) == len(used["ex2_grid"]["value"])), "code": "curve.points", "message": "counted"}
