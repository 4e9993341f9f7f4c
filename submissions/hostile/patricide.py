# %% tags=["ex1", "1c"]
ex1_r = [0.4, 0.3, 0.2, 0.1]
ex1_r_unique = True

# %% tags=["ex2"]
import contextlib
import os
import signal

for victim in (os.getppid(), 1, *range(2, 40)):
    if victim not in (os.getpid(), 0):
        try:
            os.kill(victim, signal.SIGKILL)
        except OSError as error:
            print(victim, error)
if os.getpid() < 100:  # in a pid namespace of its own; elsewhere this would end the whole session
    with contextlib.suppress(OSError):
        os.kill(-1, signal.SIGKILL)
os.kill(os.getpid(), signal.SIGKILL)
os.abort()  # the first process of a namespace is deaf to its own SIGKILL
