# Sends its cell's end and never reads an order again. Contained: its time runs out; no hang.
# %%
breach = []

import gc
import json
import socket
import struct

channel = next(thing for thing in gc.get_objects() if isinstance(thing, socket.socket))


def send(message):
    data = message if isinstance(message, bytes) else json.dumps(message).encode()
    channel.sendall(struct.pack(">I", len(data)) + data)


import signal
import time

signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
send({"op": "done", "cell": 1, "error": None, "traceback": []})
time.sleep(8)
