# A thread swallows the grader's orders, so that nothing is answered. Contained: its time runs out; no point, no hang.
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


import threading

threading.Thread(target=lambda: [channel.recv(1 << 20) for _ in range(10_000)], daemon=True).start()
