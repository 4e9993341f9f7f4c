# Replaces the kernel's probing by its own. Contained: at most its own answers, or a protocol error.
# %%
breach = []
import gc
import sys

kernel_module = sys.modules["grader_box.kernel"]
kernel = next(thing for thing in gc.get_objects() if isinstance(thing, kernel_module.Kernel))

kernel._reduce = lambda value: {"type": "pass"}
ex1_kl_pq = 7.0
