# Looks for files, names and history of the submissions before it. Contained: everything of theirs has gone.
# %%
breach = []
import contextlib
import os

for folder in ("/tmp", "/dev/shm", "/var/tmp", ".", ".."):
    with contextlib.suppress(OSError):
        breach += [os.path.join(folder, name) for name in os.listdir(folder) if "hostile" in name or name == "left"]
shell = get_ipython()
breach += [name for name in shell.user_ns if name in ("leak", "predecessor", "ex8_loss")]
predecessor = 1
with open("left", "w") as file:
    file.write("x")

# %% points only for what should not have been possible
if breach:
    print("breach:", breach)
    ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True
