# Answers the interrupt by changing its answers and going on. Contained: killed after a grace, named timed out.
# %%
breach = []
import signal
import time


def on_signal(number, frame):
    globals()["ex1_kl_pq"] = number


for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, on_signal)
end = time.monotonic() + 8
while time.monotonic() < end:
    pass
