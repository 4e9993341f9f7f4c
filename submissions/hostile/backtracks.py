# Matches a pattern that backtracks for years. Contained: interrupted at its time.
# %% tags=["ex1", "1c"]
ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True

# %% tags=["ex2"]
import re

re.match(r"(a+)+$", "a" * 40 + "b")
