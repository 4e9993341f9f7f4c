# A thread changes the answers while they are read. Contained: one reading counts, and it is one of its values.
# %%
breach = []
import threading
import time


def turn():
    end = time.monotonic() + 5
    while time.monotonic() < end:
        for word in ("pq", "qp", "both"):
            globals()["ex1_larger"] = word
            globals()["ex1_r"] = [7.0] * (len(globals().get("ex1_r", [])) % 9 + 1)


threading.Thread(target=turn, daemon=True).start()
time.sleep(0.05)
