# Mounts, remounts and unmounts by the old calls and the new. Contained: every one is refused.
# %%
breach = []
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


def tried(name, number, *arguments):
    """Make a system call; note it where the kernel carries it out."""
    if os.uname().machine == "x86_64" and libc.syscall(number, *arguments) >= 0:
        breach.append(name)


for name, number in {"mount": 165, "umount2": 166, "open_tree": 428, "fsopen": 430, "mount_setattr": 442, "pivot_root": 155}.items():
    tried(name, number, b"tmpfs", b"/tmp", b"tmpfs", 0, 0)
tried("umount2 /proc", 166, b"/proc", 2)
tried("remount", 165, b"none", b"/", None, 32 | 4096, None)

# %% points only for what should not have been possible
if breach:
    print("breach:", breach)
    ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True
