# Makes namespaces in which it would be root: unshare, clone, clone3. Contained: every one is refused.
# %%
breach = []
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


def tried(name, number, *arguments):
    """Make a system call; note it where the kernel carries it out."""
    if os.uname().machine == "x86_64" and libc.syscall(number, *arguments) >= 0:
        breach.append(name)


for flag in (0x10000000, 0x00020000, 0x20000000, 0x40000000, 0x08000000, 0x04000000, 0x02000000, 0x00000080, 0x50020000):
    tried(f"unshare {flag:x}", 272, flag)
    pid = libc.syscall(56, flag | 17, 0, 0, 0, 0) if flag > 0x80 else -1
    if pid == 0:
        os._exit(0)
    if pid > 0:
        os.waitpid(pid, 0)
        breach.append(f"clone {flag:x}")
arguments = (ctypes.c_uint64 * 11)(0x10000000, 0, 0, 0, 17)
pid = libc.syscall(435, arguments, 88)
if pid == 0:
    os._exit(0)
if pid > 0:
    breach.append("clone3")

# %% points only for what should not have been possible
if breach:
    print("breach:", breach)
    ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True
