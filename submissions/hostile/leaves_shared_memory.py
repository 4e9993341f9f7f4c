# Leaves System V memory, semaphores and queues for accomplices. Contained: refused, or gone with its namespace.
# %%
breach = []
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
key = 0x48057113
made = [libc.shmget(key, 4096, 0o1666), libc.semget(key, 1, 0o1666), libc.msgget(key, 0o1666)]
print("made", made)

# %% points only for what should not have been possible
if breach:
    print("breach:", breach)
    ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True
