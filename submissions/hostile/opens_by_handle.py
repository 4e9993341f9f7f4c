# Opens files by handle and with openat2, past their paths. Contained: refused, or the same walls.
# %%
breach = []
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


def tried(name, number, *arguments):
    """Make a system call; note it where the kernel carries it out."""
    if os.uname().machine == "x86_64" and libc.syscall(number, *arguments) >= 0:
        breach.append(name)


import struct

handle = ctypes.create_string_buffer(struct.pack("Ii", 128, 0) + bytes(128))
mount = ctypes.c_int()
tried("name_to_handle_at", 303, -100, b"/", handle, ctypes.byref(mount), 0)
tried("open_by_handle_at", 304, 3, handle, 0)
how = ctypes.create_string_buffer(struct.pack("QQQ", 0, 0, 0x10))  # resolve in root
root = os.open("/", os.O_PATH)
for path in (b"etc/shadow", b"root/.ssh", b"proc/1/environ", b"../../etc/shadow"):
    number = libc.syscall(437, root, path, how, 24)
    if number >= 0 and not path.startswith(b"proc"):
        breach.append(path)

# %% points only for what should not have been possible
if breach:
    print("breach:", breach)
    ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True
