# Registers handlers for its end that answer and never return. Contained: they are never called.
# %%
breach = []
import atexit
import os
import threading
import time


def last_word():
    os.write(1, b"all points")
    time.sleep(60)


atexit.register(last_word)
threading._register_atexit(last_word)
