# Enters the namespaces of other processes by setns. Contained: neither the descriptors nor the call are to be had.
# %%
breach = []
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


def tried(name, number, *arguments):
    """Make a system call; note it where the kernel carries it out."""
    if os.uname().machine == "x86_64" and libc.syscall(number, *arguments) >= 0:
        breach.append(name)


import glob

for path in glob.glob("/proc/[0-9]*/ns/*"):
    try:
        number = os.open(path, os.O_RDONLY)
    except OSError:
        continue
    tried(f"setns {path}", 308, number, 0)
    os.close(number)

# %% points only for what should not have been possible
if breach:
    print("breach:", breach)
    ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True
