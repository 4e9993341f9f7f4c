# Reads environment, memory, descriptors and folders of all processes. Contained: none but its own can be read.
# %%
breach = []
import contextlib
import os

own = {str(os.getpid())}
for pid in filter(str.isdigit, os.listdir("/proc")):
    if pid in own:
        continue
    for part in ("environ", "maps", "mem", "auxv", "io", "stack"):
        with contextlib.suppress(OSError):
            with open(f"/proc/{pid}/{part}", "rb") as file:
                if file.read(1):
                    breach.append((pid, part))
    for link in ("cwd", "root", "exe"):
        with contextlib.suppress(OSError):
            breach.append((pid, os.readlink(f"/proc/{pid}/{link}")))
    with contextlib.suppress(OSError):
        breach += [(pid, os.readlink(f"/proc/{pid}/fd/{number}")) for number in os.listdir(f"/proc/{pid}/fd")]

# %% points only for what should not have been possible
if breach:
    print("breach:", breach)
    ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True
