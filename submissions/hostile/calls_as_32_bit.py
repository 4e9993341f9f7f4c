# Makes refused calls as a 32-bit program would, by int 0x80. Contained: killed by SIGSYS, or the page is not executable.
# %%
breach = []
import ctypes
import mmap
import os

if os.uname().machine == "x86_64":
    code = mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(bytes.fromhex("b866010000bb02000000b901000000ba00000000cd80c3"))  # socket(2, 1, 0); ret
    call = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))
    if call() >= 0:
        breach.append("int 0x80")

# %% points only for what should not have been possible
if breach:
    print("breach:", breach)
    ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True
