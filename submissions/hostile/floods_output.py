# Prints without end, to both streams and to the descriptors. Contained: ended as too much output.
# %% tags=["ex1", "1c"]
ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True

# %% tags=["ex2"]
import os
import sys

for _ in range(10_000):
    sys.stdout.write("x" * 10_000 + "\n")
    sys.stderr.write("y" * 10_000)
    os.write(1, b"z" * 10_000)
