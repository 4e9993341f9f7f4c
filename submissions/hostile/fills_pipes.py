# Fills pipes and socket pairs, which the kernel holds. Contained: the limit on open files bounds them.
# %% tags=["ex1", "1c"]
ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True

# %% tags=["ex2"]
import os
import socket

held = []
try:
    while True:
        ends = os.pipe()
        os.set_blocking(ends[1], False)
        os.write(ends[1], bytes(1 << 16))
        held.append(ends)
finally:
    for ends in held:
        [os.close(end) for end in ends]
