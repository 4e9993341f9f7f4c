# Attaches to other processes as a debugger and writes into them. Contained: refused, and nobody is there.
# %%
breach = []
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


def tried(name, number, *arguments):
    """Make a system call; note it where the kernel carries it out."""
    if os.uname().machine == "x86_64" and libc.syscall(number, *arguments) >= 0:
        breach.append(name)


import struct

for pid in {os.getppid(), 1, 2, *map(int, filter(str.isdigit, os.listdir("/proc")))} - {0, os.getpid()}:
    tried(f"ptrace {pid}", 101, 0x4206, pid, 0, 0)
    place = ctypes.create_string_buffer(8)
    vector = ctypes.create_string_buffer(struct.pack("QQ", ctypes.addressof(place), 8))
    tried(f"process_vm_readv {pid}", 310, pid, vector, 1, vector, 1, 0)
tried("kcmp", 312, os.getppid(), os.getpid(), 0, 0, 0)

# %% points only for what should not have been possible
if breach:
    print("breach:", breach)
    ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True
