# Leaves a child behind that goes on answering after its parent's death. Contained: it dies with its parent.
# %% tags=["ex1", "1c"]
ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True

# %% tags=["ex2"]

import gc
import json
import socket
import struct

channel = next(thing for thing in gc.get_objects() if isinstance(thing, socket.socket))


def send(message):
    data = message if isinstance(message, bytes) else json.dumps(message).encode()
    channel.sendall(struct.pack(">I", len(data)) + data)


import os
import time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                send({"op": "value", "name": "ex1_kl_pq", "value": {"type": "float", "value": "0x1.d36a8b9f0f5c1p-2"}})
            except OSError:
                pass
            time.sleep(0.01)
    os._exit(0)
os._exit(0)
