# Reads disks, memory and kernel logs as devices. Contained: none of them can be opened.
# %%
breach = []
import contextlib
import glob
import os

names = ["/dev/mem", "/dev/kmem", "/dev/port", "/dev/kmsg", "/proc/kcore", "/proc/kmsg", "/dev/fuse", "/dev/kvm", "/dev/loop-control"]
for pattern in ("/dev/vd*", "/dev/sd*", "/dev/nvme*", "/dev/dm-*", "/dev/loop*", "/dev/mapper/*", "/dev/ram*", "/dev/tty*", "/dev/pts/*"):
    names += glob.glob(pattern)
for name in names:
    with contextlib.suppress(OSError):
        os.close(os.open(name, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY))
        if name not in ("/dev/tty", "/dev/pts/ptmx"):
            breach.append(name)

# %% points only for what should not have been possible
if breach:
    print("breach:", breach)
    ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True
