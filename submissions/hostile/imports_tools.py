# Imports the grader's own tools to use what they know. Contained: only the course's packages are there.
# %%
breach = []
import importlib.util

breach += [name for name in ("nbclient", "pydantic", "pytest", "click", "zmq", "jupyter_client", "mpmath_reference", "pip")
           if importlib.util.find_spec(name)]

# %% points only for what should not have been possible
if breach:
    print("breach:", breach)
    ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True
