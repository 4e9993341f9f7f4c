# Changes its root folder, and leaves it by a descriptor that it kept. Contained: refused.
# %%
breach = []
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


def tried(name, number, *arguments):
    """Make a system call; note it where the kernel carries it out."""
    if os.uname().machine == "x86_64" and libc.syscall(number, *arguments) >= 0:
        breach.append(name)


os.mkdir("cell")
kept = os.open("/", os.O_PATH)
tried("chroot", 161, b"cell")
os.fchdir(kept)
os.chdir("/" + "../" * 100)
for name in ("root/.bashrc", "etc/shadow", "proc/kcore"):
    try:
        open(name, "rb").close()
        breach.append(name)
    except OSError:
        pass

# %% points only for what should not have been possible
if breach:
    print("breach:", breach)
    ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True
