# Answers with an array that claims more entries than any array has, to break the judge. Contained: refused as a value.
# %%
import sys

from IPython import get_ipython

reduce = sys.modules["grader_box.reduce"]
reduce.reduce_value = lambda *_: {"type": "array", "dtype": "float", "shape": [0, 10**30], "values": []}
get_ipython().user_ns.update(dict.fromkeys(["ex1_r", "ex1_jensen_points", "ex3_mu_grid", "ex3_minima"], 1.0))
