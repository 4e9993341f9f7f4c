# Changes mode, owner and times of files outside its folder. Contained: refused, or read-only.
# %%
breach = []
import contextlib
import os
import sys

for path in ("/usr/bin/env", "/etc", "/usr", os.__file__, sys.executable, "/tmp/..", "/dev"):
    with contextlib.suppress(OSError):
        status = os.stat(path)
        os.chmod(path, status.st_mode & 0o7777)  # to what it is: a breach leaves no trace
        breach.append(("mode", path))
    with contextlib.suppress(OSError):
        os.chown(path, status.st_uid, status.st_gid)
        breach.append(("owner", path))
    with contextlib.suppress(OSError):
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
        breach.append(("times", path))
    with contextlib.suppress(OSError):
        os.setxattr(path, "user.hostile", b"mark")
        os.removexattr(path, "user.hostile")
        breach.append(("attribute", path))

# %% points only for what should not have been possible
if breach:
    print("breach:", breach)
    ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True
