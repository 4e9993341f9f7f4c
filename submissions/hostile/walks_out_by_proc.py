# Walks out by /proc/*/root, /proc/*/cwd, and descriptors of folders. Contained: all lead into its own box.
# %%
breach = []
import contextlib
import glob
import os

for path in glob.glob("/proc/*/root") + glob.glob("/proc/*/cwd") + glob.glob("/proc/*/task/*/root"):
    with contextlib.suppress(OSError):
        if not path.startswith(("/proc/self", f"/proc/{os.getpid()}/", "/proc/thread-self")) and set(os.listdir(path)):
            breach.append(path)
for path in glob.glob("/proc/*/map_files/*"):
    if not path.startswith(("/proc/self", f"/proc/{os.getpid()}/", "/proc/thread-self")):
        breach.append(path)

# %% points only for what should not have been possible
if breach:
    print("breach:", breach)
    ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True
