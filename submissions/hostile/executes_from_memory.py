# Runs a program from memory and from its own disk. Contained: it runs as the same student, with no new right.
# %%
breach = []
import os
import subprocess

data = open("/usr/bin/env", "rb").read()
try:
    number = os.memfd_create("program")
    os.write(number, data)
    path = f"/proc/self/fd/{number}"
except OSError:
    path = "./program"
    with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o6755), "wb") as file:
        file.write(data)
show = "import os; print(open('/proc/self/status').read())"
out = subprocess.run([path, "cat", "/proc/self/status"], capture_output=True, text=True, pass_fds=(number,) if path[0] == "/" else ()).stdout
fields = dict(line.split(":\t", 1) for line in out.splitlines() if ":\t" in line)
if out and (fields["NoNewPrivs"] != "1" or fields["Seccomp"] != "2" or int(fields["CapEff"], 16) or int(fields["CapPrm"], 16)):
    breach.append(fields)

# %% points only for what should not have been possible
if breach:
    print("breach:", breach)
    ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True
