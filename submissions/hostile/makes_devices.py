# Makes device files for disks and memory. Contained: refused.
# %%
breach = []
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


def tried(name, number, *arguments):
    """Make a system call; note it where the kernel carries it out."""
    if os.uname().machine == "x86_64" and libc.syscall(number, *arguments) >= 0:
        breach.append(name)


import stat

for number, (major, minor) in enumerate(((8, 0), (254, 0), (1, 1), (5, 1), (10, 237))):
    for kind in (stat.S_IFBLK, stat.S_IFCHR):
        try:
            os.mknod(f"device{number}{kind}", kind | 0o600, os.makedev(major, minor))
            breach.append((major, minor))
        except OSError:
            pass

# %% points only for what should not have been possible
if breach:
    print("breach:", breach)
    ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True
