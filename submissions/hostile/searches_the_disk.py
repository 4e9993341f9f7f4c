# Searches every folder for the course, other submissions and reports. Contained: none of them is visible.
# %%
breach = []
import os
import time

deadline = time.monotonic() + 1.5
wanted = {"course.yaml", "exercise1.py", "ex1.yaml", "report.json", "evidence.json", "oracle.py", "id_rsa", ".netrc"}
for top in ("/root", "/home", "/work", "/app", "/srv", "/opt", "/mnt", "/media", "/var", "/box", "/etc", "/tmp", "/run", "/"):
    for folder, folders, files in os.walk(top):
        folders[:] = [name for name in folders if os.path.join(folder, name) not in ("/proc", "/sys", "/usr", "/lib", "/bin")]
        for name in wanted.intersection(files):
            if os.access(os.path.join(folder, name), os.R_OK):
                try:
                    open(os.path.join(folder, name), "rb").close()
                except OSError:
                    continue
                breach.append(os.path.join(folder, name))
        if time.monotonic() > deadline:
            break

# %% points only for what should not have been possible
if breach:
    print("breach:", breach)
    ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True
