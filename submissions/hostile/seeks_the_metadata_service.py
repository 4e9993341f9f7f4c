# Asks the cloud's metadata service and local services for credentials. Contained: there is no network.
# %%
breach = []
import contextlib
import http.client
import urllib.request

for url in ("http://169.254.169.254/latest/meta-data/", "http://127.0.0.1:8080/", "http://[::1]:80/", "ftp://127.0.0.1/"):
    with contextlib.suppress(OSError, http.client.HTTPException):
        breach.append(urllib.request.urlopen(url, timeout=0.3).status)

# %% points only for what should not have been possible
if breach:
    print("breach:", breach)
    ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True
