# Sends each kind of frame at a time when it is not due. Contained: a protocol error.
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


for message in (
    {"op": "hello"}, {"op": "ready"}, {"op": "started"}, {"op": "ended", "id": 0, "status": 0},
    {"op": "broken", "why": "the grader is at fault"}, {"op": "answered", "name": "ex1_kl"},
    {"op": "done", "cell": 0, "error": None, "traceback": []},
):
    send(message)
