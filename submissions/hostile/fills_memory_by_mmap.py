# Maps shared anonymous memory, which no rlimit counts. Contained: refused, as it is in no rlimit.
# %% tags=["ex1", "1c"]
ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True

# %% tags=["ex2"]
import mmap

hoard = []
for _ in range(100):
    hoard.append(mmap.mmap(-1, 20 << 20))
    hoard[-1].write(b"x" * (20 << 20))
ex1_nonnegative, ex1_larger = True, "equal"
