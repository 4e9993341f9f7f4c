# Sends the same answer again and again, each in good time, so that asking never ends. Contained: one value each, or a protocol error.
# %% tags=["ex1", "1c"]
import gc
import sys
import time

kernel_module = sys.modules["grader_box.kernel"]
kernel = next(thing for thing in gc.get_objects() if isinstance(thing, kernel_module.Kernel))


def reduce(value):
    for _ in range(30):
        kernel.send({"op": "value", "name": "ex1_kl_pq", "value": {"type": "none"}})
        time.sleep(0.3)
    return {"type": "none"}


kernel._reduce = reduce
ex1_kl_pq = 7.0
