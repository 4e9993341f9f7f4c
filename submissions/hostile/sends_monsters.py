# Sends numbers of 100,000 digits, NaN, nesting and half a frame. Contained: a protocol error.
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


send(b'{"op":"done","cell":' + b"9" * 100_000 + b',"error":null,"traceback":[]}')
send(b'{"op":"value","name":"ex1_kl","value":' + b'{"type":"sequence","form":"list","items":[' * 50_000)
channel.sendall(b"\xff\xff\xff\xff")
