# Takes its Landlock and seccomp walls away again. Contained: they only ever grow.
# %%
breach = []
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
if libc.prctl(22, 0, 0, 0, 0) == 0 or libc.prctl(22, 1 << 40, 0, 0, 0) == 0:
    breach.append("prctl")
if libc.prctl(39, 0, 0, 0, 0) == 0:
    breach.append("no_new_privs gone")
libc.syscall(317, 1, 0, 0)
try:
    open("/etc/shadow").close()
    breach.append("shadow")
except OSError:
    pass

# %% points only for what should not have been possible
if breach:
    print("breach:", breach)
    ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True
