# Makes refused calls by the x32 table. Contained: killed by SIGSYS.
# %%
breach = []
import ctypes
import os

if os.uname().machine == "x86_64" and ctypes.CDLL(None).syscall(0x40000000 + 41, 2, 1, 0) >= 0:
    breach.append("x32")

# %% points only for what should not have been possible
if breach:
    print("breach:", breach)
    ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True
