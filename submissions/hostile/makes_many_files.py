# Makes 20,000 empty files, folders and links. Contained: the limit on their number.
# %% tags=["ex1", "1c"]
ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True

# %% tags=["ex2"]
import os

for number in range(7000):
    open(f"hostile-mark-{number}", "w").close()
    os.mkdir(f"folder{number}")
    os.symlink("/", f"link{number}")
ex1_nonnegative, ex1_larger = True, "equal"
