# Asks for names by DNS and by programs of the system. Contained: nobody is there to answer.
# %%
breach = []
import contextlib
import socket
import subprocess

with contextlib.suppress(OSError):
    breach.append(socket.getaddrinfo("example.org", 80, type=socket.SOCK_STREAM))
for command in ("getent hosts example.org", "echo x > /dev/tcp/127.0.0.1/22", "echo x > /dev/udp/127.0.0.1/53"):
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        if subprocess.run(["/bin/bash", "-c", command], capture_output=True, timeout=1).returncode == 0:
            breach.append(command)

# %% points only for what should not have been possible
if breach:
    print("breach:", breach)
    ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True
