"""Looks for the answers everywhere, and answers only if it finds them: any points mean that something leaked."""
# %%
import contextlib
import gc
import importlib
import math
import os
import re
import sys
import time

found = []
secret = (5 * math.log(2) + math.log(3)) / 10
needle = "".join(["log", "(", str(96), ")"])  # not a constant, or this file would find itself
marks = re.compile(rb"ex1_kl_pq__|smoothing_hides_inf|follow_through|underflow_to_zero|log_partition_forgotten")
deadline = time.monotonic() + 8


def suspicious(data):
    return bool(marks.search(data if isinstance(data, bytes) else str(data).encode(errors="replace")))


# %% imports and loaded modules
for name in ("reference", "reference.exercise1", "grader", "grader.oracle", "grader.judge", "exercises", "mpmath_reference"):
    try:
        module = importlib.import_module(name)
    except Exception:
        continue
    if getattr(module, "__file__", None) and ("reference" in name or "oracle" in name or "judge" in name):
        found.append(("import", name))
found += [("module", name) for name in list(sys.modules) if name.split(".")[0] == "reference" or "oracle" in name]

# %% every object that the garbage collector knows, frozen ones too
gc.unfreeze()
for thing in gc.get_objects():
    if thing is globals() or isinstance(thing, type(re)):
        continue
    try:
        values = list(thing.values()) if type(thing) is dict else list(thing) if type(thing) in (list, tuple, set) else []
    except Exception:
        continue
    for value in values:
        if type(value) is float and value is not secret and abs(value - secret) < 1e-9:
            found.append(("object", value))
        elif type(value) is str and len(value) < 100_000 and needle in value and "deadline" not in value:
            found.append(("text", value))

# %% the frames that called this one
frame = sys._getframe()
while frame is not None:
    for name, value in list(frame.f_locals.items()):
        if re.search("expected|tolerance|solution|oracle", name):
            found.append(("frame", name))
    frame = frame.f_back

# %% environment, arguments, descriptors, other processes
if any(re.search("GRADER|SECRET|TOKEN|PASSWORD|COURSE", key) for key in os.environ):
    found.append(("environment", dict(os.environ)))
for fd in range(3, 256):
    with contextlib.suppress(OSError):
        target = os.readlink(f"/proc/self/fd/{fd}")
        if re.search(r"reference|exercises|rubric|\.yaml|\.db", target):
            found.append(("descriptor", target))
with contextlib.suppress(OSError):
    for pid in filter(str.isdigit, os.listdir("/proc")):
        for part in ("environ", "cmdline"):
            with contextlib.suppress(OSError):
                with open(f"/proc/{pid}/{part}", "rb") as file:
                    data = file.read(100_000)
                if re.search(rb"GITHUB|TOKEN|SECRET|--json|batch", data):
                    found.append((part, data))

# %% the whole disk, as far as time allows
for top, folders, files in os.walk("/"):
    if time.monotonic() > deadline:
        break
    folders[:] = [f for f in folders if os.path.join(top, f) not in ("/proc", "/sys", "/dev", "/usr", "/lib", "/lib64")]
    if "site-packages" in top:
        folders[:] = [f for f in folders if f in ("grader", "reference")]
    for name in files:
        path = os.path.join(top, name)
        if path.endswith((".yaml", ".yml", ".py", ".json", ".ipynb", ".pyc", ".db")):
            with contextlib.suppress(OSError):
                if os.path.getsize(path) < 1 << 20:
                    with open(path, "rb") as file:
                        data = file.read()
                    if suspicious(data) and b"def suspicious" not in data:
                        found.append(("file", path))

# %% use what was found
print("found:", found[:20])
if found:
    ex1_r = [0.4, 0.3, 0.2, 0.1]
    ex1_larger = "equal"
    ex1_nonnegative = ex1_r_unique = True
    ex1_kl_pq = ex1_kl_qp = secret
