# Reads every environment that it can see for the instructor's secrets. Contained: the canary is in none of them.
# %%
breach = []
import contextlib
import glob
import os

needle = "GRADER_" + "CANARY"
breach += [name for name in os.environ if name == needle]
for path in glob.glob("/proc/*/environ") + glob.glob("/proc/*/task/*/environ") + glob.glob("/proc/*/cmdline"):
    with contextlib.suppress(OSError):
        with open(path, "rb") as file:
            if needle.encode() in file.read():
                breach.append(path)

# %% points only for what should not have been possible
if breach:
    print("breach:", breach)
    ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True
