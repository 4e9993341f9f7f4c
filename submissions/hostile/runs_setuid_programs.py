# Runs programs that would make it root: su, mount, passwd, sudo, ping. Contained: the bit does nothing.
# %%
breach = []
import os
import shutil
import subprocess

for program in ("su", "sudo", "mount", "passwd", "chsh", "newgrp", "pkexec", "ping", "newuidmap", "unix_chkpwd"):
    path = shutil.which(program, path="/usr/bin:/usr/sbin:/bin:/sbin:/usr/lib/openssh")
    if path is None:
        continue
    process = subprocess.Popen([path, "--help"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with open(f"/proc/{process.pid}/status") as file:
            status = dict(line.split(":\t", 1) for line in file.read().splitlines() if ":\t" in line)
        if len(set(status["Uid"].split())) > 1 or int(status["CapEff"], 16):
            breach.append((path, status["Uid"], status["CapEff"]))
    except (OSError, KeyError):
        pass
    process.kill()
    process.wait()

# %% points only for what should not have been possible
if breach:
    print("breach:", breach)
    ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True
