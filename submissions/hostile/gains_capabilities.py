# Sets user, group, capabilities and securebits. Contained: none of it can be had.
# %%
breach = []
import contextlib
import ctypes
import os
import struct

libc = ctypes.CDLL(None, use_errno=True)
for change in (os.setuid, os.setgid, os.seteuid, os.setegid):
    with contextlib.suppress(OSError):
        change(0 if os.getuid() else 12345)
        breach.append(change.__name__)
header, data = struct.pack("<Ii", 0x20080522, 0), struct.pack("<6I", *[0xFFFFFFFF] * 6)
if libc.capset(header, data) == 0:
    breach.append("capset")
if libc.prctl(47, 2, 21, 0, 0) == 0:
    breach.append("ambient")
if libc.prctl(38, 0, 0, 0, 0) == 0:
    breach.append("no_new_privs")

# %% points only for what should not have been possible
if breach:
    print("breach:", breach)
    ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True
