"""A script that leaves early: what was bound before counts, what comes after does not exist."""
import sys

ex1_nonnegative = True
ex1_larger = "equal"
ex1_r = [0.4, 0.3, 0.2, 0.1]
ex1_r_unique = True
if ex1_r_unique:
    sys.exit(0)
ex2_equal = False
