# Makes hard and symbolic links to files outside and opens, moves and deletes them. Contained: nothing outside moves.
# %%
breach = []
import contextlib
import os
import shutil

for number, target in enumerate(("/etc/passwd", "/etc/shadow", "/usr/bin/env", "/proc/1/environ", "/root", "/box", "/tmp")):
    with contextlib.suppress(OSError):
        os.link(target, f"hard{number}")
        breach.append(("link", target))
    os.symlink(target, f"soft{number}")
    with contextlib.suppress(OSError):
        os.close(os.open(f"soft{number}/hostile-mark" if os.path.isdir(target) else f"soft{number}", os.O_WRONLY | os.O_CREAT))
        if not target.startswith("/tmp"):
            breach.append(("write", target))
for source in ("/usr/bin/env", "/etc/passwd", "/box/app"):
    with contextlib.suppress(OSError):
        os.rename(source, "taken")
        breach.append(("rename", source))

# %% points only for what should not have been possible
if breach:
    print("breach:", breach)
    ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True
