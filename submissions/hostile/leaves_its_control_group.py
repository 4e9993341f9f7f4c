# Moves into another control group and lifts its limits. Contained: the groups are not visible, or not writable.
# %%
breach = []
import contextlib
import glob
import os

for pattern in ("/sys/fs/cgroup/cgroup.procs", "/sys/fs/cgroup/*/cgroup.procs", "/sys/fs/cgroup/*/tasks", "/sys/fs/cgroup/*/release_agent",
                "/sys/fs/cgroup/memory/**/memory.limit_in_bytes", "/sys/fs/cgroup/**/memory.max"):
    for path in glob.glob(pattern, recursive=True)[:50]:
        with contextlib.suppress(OSError):
            os.close(os.open(path, os.O_WRONLY))
            breach.append(path)

# %% points only for what should not have been possible
if breach:
    print("breach:", breach)
    ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True
