# Shows a million empty outputs, which cost no bytes of output. Contained: each output counts.
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


body = json.dumps({"op": "display", "data": {"text/plain": ""}}).encode()
frames = (struct.pack(">I", len(body)) + body) * 1000
for _ in range(1000):
    channel.sendall(frames)
