# Threads take memory at once. Contained: a MemoryError or the end, named so.
# %% tags=["ex1", "1c"]
ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True

# %% tags=["ex2"]
import threading

hoard = []


def take():
    for _ in range(20):
        hoard.append(bytearray(b"x" * (20 << 20)))


threads = [threading.Thread(target=take) for _ in range(5)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
if len(hoard) == 100:
    ex1_nonnegative, ex1_larger = True, "equal"
