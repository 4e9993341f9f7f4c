# Unpacks 4 GB from a few bytes. Contained: out of memory, named so.
# %% tags=["ex1", "1c"]
ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True

# %% tags=["ex2"]
import zlib

data = zlib.compress(bytes(10 << 20)) * 1
hoard = []
for _ in range(400):
    hoard.append(zlib.decompress(data, bufsize=10 << 20))
ex1_nonnegative, ex1_larger = True, "equal"
