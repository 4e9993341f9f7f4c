# Asks of every process whether it may signal it: by number, group, thread and pidfd. Contained: only itself and its own.
# %%
breach = []
import contextlib
import os
import signal

own = os.getpid()
for pid in [*range(1, 400), os.getppid()]:
    if pid in (0, own):
        continue
    with contextlib.suppress(OSError):
        os.kill(pid, 0)  # asks only: number 0 disturbs nobody
        breach.append(("kill", pid))
    with contextlib.suppress(OSError):
        signal.pidfd_send_signal(os.pidfd_open(pid), 0)
        breach.append(("pidfd", pid))

# %% points only for what should not have been possible
if breach:
    print("breach:", breach)
    ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True
