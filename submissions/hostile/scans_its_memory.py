# Searches its own memory, inherited from the fork server, for the reference. Contained: it was never loaded there.
# %%
breach = []
import contextlib
import time
import zlib

deadline = time.monotonic() + 1.2
with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
    for line in maps.read().splitlines():
        fields = line.split()
        start, end = (int(text, 16) for text in fields[0].split("-"))
        if "rw" not in fields[1] or end - start > 64 << 20 or time.monotonic() > deadline:
            continue
        with contextlib.suppress(OSError, ValueError):
            memory.seek(start)
            data = memory.read(end - start)
            at = data.find(b"__bits_not_nats")
            while at >= 0:
                if zlib.crc32(data[at - 9 : at]) == 2353729938:  # the function's name, which must not stand here in full
                    breach.append(hex(start + at))
                at = data.find(b"__bits_not_nats", at + 1)

# %% points only for what should not have been possible
if breach:
    print("breach:", breach)
    ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True
