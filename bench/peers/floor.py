"""The floor: a warmed interpreter that forks for each notebook and runs its cells with exec. No isolation, no grading.

python floor.py render|plain NOTEBOOK…
"""

import io
import json
import os
import sys

import matplotlib as mpl

mpl.use("agg")
import matplotlib.pyplot as plt
import numpy as np
import scipy.integrate
import scipy.linalg
import scipy.optimize
import scipy.special
import scipy.stats  # noqa: F401

MODE, *NOTEBOOKS = sys.argv[1:]


def show() -> None:
    """Render every open figure as the inline backend does, or drop it."""
    for number in plt.get_fignums():
        if MODE == "render":
            plt.figure(number).savefig(io.BytesIO(), format="png", bbox_inches="tight")
    plt.close("all")


def run(path: str) -> None:
    """Run one notebook's cells in one namespace."""
    with open(path, encoding="utf-8") as file:  # noqa: PTH123 -- the floor imports nothing that it does not need
        cells = json.load(file)["cells"]
    sys.stdout = io.StringIO()
    plt.show = show
    namespace = {"__name__": "__main__"}
    for cell in cells:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), "cell", "exec"), namespace)  # noqa: S102 -- what the floor is


figure, axes = plt.subplots()
axes.plot(np.linspace(0, 1), label="warm")
axes.legend()
figure.savefig(io.BytesIO(), format="png", bbox_inches="tight")
plt.close("all")
for notebook in NOTEBOOKS:
    child = os.fork()
    if child == 0:
        run(notebook)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if status:
        sys.exit(f"{notebook}: status {status}")
