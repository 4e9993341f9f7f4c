# Opens sockets of every family and kind: TCP, UDP, Unix, abstract, netlink, vsock. Contained: none can be made.
# %%
breach = []
import contextlib
import socket

for family in range(1, 46):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
        with contextlib.suppress(OSError):
            socket.socket(family, kind).close()
            breach.append((family, int(kind)))
for family in range(2, 46):
    with contextlib.suppress(OSError):
        [end.close() for end in socket.socketpair(family)]
        breach.append(("pair", family))

# %% points only for what should not have been possible
if breach:
    print("breach:", breach)
    ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True
