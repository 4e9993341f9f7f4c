"""How requests to Canvas travel: encrypted, for a limited time, and what writes only to whom it was addressed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import requests

TIMEOUT_S = 60
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_READ_ON = (301, 302, 303)  # after an upload: go and see, without the file


class CanvasSession(requests.Session):  # type: ignore[misc]  # requests comes without types
    """A session that canvasapi uses; every request passes `send`, those of redirects as well."""

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """Send a request.

        Raises:
            requests.RequestException: it failed, or its address is neither encrypted nor on this machine.
        """
        if not is_private(request.url or ""):
            raise requests.RequestException(f"Canvas names an address that is not https: {request.url}")
        options["timeout"] = options.get("timeout") or TIMEOUT_S
        return super().send(request, **options)

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Return where a read goes on. A score, a comment or a page goes nowhere but where it was sent.

        Canvas ends an upload, which carries no token, with an address to be read.

        Raises:
            requests.RequestException: what writes is sent elsewhere.
        """
        target: str | None = super().get_redirect_target(resp)
        request = resp.request
        is_uploaded = (
            request.method == "POST" and "Authorization" not in request.headers and resp.status_code in _READ_ON
        )
        if target is not None and request.method != "GET" and not is_uploaded:
            raise requests.RequestException(
                f"Canvas sends what is written on to {target}, which is not followed: expected --url to be where "
                "Canvas itself is"
            )
        return target


def is_private(url: str) -> bool:
    """Return whether what is sent there is encrypted, or stays on this machine."""
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and (
            parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
        )
    except ValueError:
        return False
