# Raises its own priority, and changes limits and processors of others. Contained: refused.
# %%
breach = []
import contextlib
import os
import resource

with contextlib.suppress(OSError):
    os.nice(-1)
    breach.append("nice")
with contextlib.suppress(OSError):
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    breach.append("realtime")
for pid in {os.getppid(), *map(int, filter(str.isdigit, os.listdir("/proc")))} - {0, os.getpid()}:
    with contextlib.suppress(OSError):
        resource.prlimit(pid, resource.RLIMIT_CORE)  # reads only; who may read may also set
        breach.append(("prlimit", pid))
    with contextlib.suppress(OSError):
        os.sched_setaffinity(pid, os.sched_getaffinity(pid))
        breach.append(("affinity", pid))
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, pid, os.getpriority(os.PRIO_PROCESS, pid))
        breach.append(("priority", pid))

# %% points only for what should not have been possible
if breach:
    print("breach:", breach)
    ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True
