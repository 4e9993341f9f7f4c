# Preloads a library of its own into programs that it starts. Contained: they are as confined as it is.
# %%
breach = []
import os
import subprocess

with open("evil.so", "wb") as file:
    file.write(open("/proc/self/exe", "rb").read(1 << 16))
for key in ("LD_PRELOAD", "LD_AUDIT", "LD_LIBRARY_PATH", "GLIBC_TUNABLES", "GCONV_PATH"):
    os.environ[key] = os.path.abspath("evil.so") if key != "GLIBC_TUNABLES" else "glibc.malloc.mxfast=" + "A" * 5000
    out = subprocess.run(["/bin/cat", "/proc/self/status"], capture_output=True, text=True).stdout
    if out and "CapEff:\t0000000000000000" not in out:
        breach.append(key)

# %% points only for what should not have been possible
if breach:
    print("breach:", breach)
    ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True
