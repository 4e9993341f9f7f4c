# Sends the end of a cell with a traceback of many megabytes. Contained: an end of a cell has a bound.
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


error = {"type": "raised", "error": "E" * 1_000_000, "message": "x" * 2_000_000, "line": None}
send({"op": "done", "cell": 2, "error": error, "traceback": []})
