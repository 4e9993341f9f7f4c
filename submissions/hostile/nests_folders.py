# Nests folders deeper than any path and names them with every odd byte. Contained: gone with its disk.
# %% tags=["ex1", "1c"]
ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True

# %% tags=["ex2"]
import os

for number in range(1500):
    os.mkdir("d" * 250)
    os.chdir("d" * 250)
for byte in (b"\n", b"\x1b[2J", b"\xff\xfe", b"..hidden", b"-rf", b"*", b"a\tb"):
    os.mkdir(byte)
