# Opens the kernel's settings to write, core_pattern among them. Contained: none can be opened.
# %%
breach = []
import contextlib
import os

for name in ("kernel/core_pattern", "kernel/modprobe", "vm/overcommit_memory", "kernel/hostname", "fs/binfmt_misc/register"):
    with contextlib.suppress(OSError):
        os.close(os.open(f"/proc/sys/{name}", os.O_WRONLY))
        breach.append(name)
for name in ("/proc/sysrq-trigger", "/sys/kernel/uevent_helper", "/proc/self/oom_score_adj", "/proc/self/uid_map", "/proc/1/mem"):
    with contextlib.suppress(OSError):
        os.close(os.open(name, os.O_WRONLY))
        breach.append(name)

# %% points only for what should not have been possible
if breach:
    print("breach:", breach)
    ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True
