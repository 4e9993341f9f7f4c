# Sends answers before they are asked for, and its cell's end. Contained: at most its own answers, or a protocol error.
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


for name in ("ex1_kl", "ex1_kl_pq", "ex1_kl_qp", "ex1_nonnegative"):
    send({"op": "value", "name": name, "value": {"type": "bool", "value": True}})
    send({"op": "answered", "name": name})
