# Copies descriptors of other processes by pidfd_getfd and /proc. Contained: no other process answers.
# %%
breach = []
import contextlib
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
for pid in {os.getppid(), *map(int, filter(str.isdigit, os.listdir("/proc")))} - {0, os.getpid()}:
    with contextlib.suppress(OSError):
        pidfd = os.pidfd_open(pid)
        breach += [(pid, number) for number in range(64) if libc.syscall(438, pidfd, number, 0) >= 0]
    for number in range(64):
        with contextlib.suppress(OSError):
            breach.append(os.open(f"/proc/{pid}/fd/{number}", os.O_RDWR))

# %% points only for what should not have been possible
if breach:
    print("breach:", breach)
    ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True
