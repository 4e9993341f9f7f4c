# Writes into every folder of the system, the interpreter and the box. Contained: all are read-only.
# %%
breach = []
import contextlib
import os
import sys
import sysconfig

folders = {"/", "/usr", "/usr/bin", "/usr/lib", "/etc", "/lib", "/bin", "/box", "/box/app/grader_box", "/box/site", "/dev", "/proc",
           "/var/tmp", "/home", "/root", "/run", "/scratch", sys.prefix, *sys.path, *sysconfig.get_paths().values(), os.path.dirname(os.getcwd())}
own = {os.getcwd(), "/tmp", "/dev/shm"}
for folder in folders - own:
    with contextlib.suppress(OSError):
        path = os.path.join(folder, "hostile-mark")
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT))
        os.unlink(path)
        breach.append(folder)
for path in ("/etc/passwd", "/etc/ld.so.cache", sys.executable, os.__file__, "/usr/bin/env"):
    with contextlib.suppress(OSError):
        os.close(os.open(path, os.O_WRONLY))
        breach.append(path)

# %% points only for what should not have been possible
if breach:
    print("breach:", breach)
    ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True
