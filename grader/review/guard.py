"""Stands before every page: lets in only what this address was asked for, from its own pages, and forbids the rest.

Other accounts of a shared machine reach 127.0.0.1, a page of anybody's can make a browser ask it for something, and a
name of theirs can be made to point at it (DNS rebinding): none of them sends the right `Host` and `Origin` and cookie.
Behind a proxy it is the proxy alone that may ask, and what it says of who asked is believed; nobody else's words are.
"""

from __future__ import annotations

import ipaddress

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SOCKET = "socket"  # the proxy comes by a socket of the file system, whose mode lets nobody else in
_SAFE = frozenset({"GET", "HEAD"})
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # Not `no-referrer`, with which a browser sends `Origin: null` with its own forms.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


# A year, without the names below this one: they may be somebody else's.
TRANSPORT = {"strict-transport-security": "max-age=31536000"}


class Guard:
    """Checks where a request was sent to and where it comes from, and adds the headers that every answer has.

    Args:
        app: what is guarded.
        origin: the address under which it is served, such as `http://127.0.0.1:8765`.
        proxy: the address of the proxy that passes requests on, or `SOCKET`; empty where browsers ask directly.
    """

    def __init__(self, app: ASGIApp, origin: str, proxy: str = "") -> None:
        self._app, self._origin, self._proxy = app, origin, proxy
        self._headers = HEADERS | (TRANSPORT if origin.startswith("https://") else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":  # the server's own start and end; there are no web sockets
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
            await send(message)

        headers = Headers(scope=scope)
        refused = self.refuse_proxied(scope, headers) or self.refuse(scope["method"], headers)
        if refused is None:
            if self._proxy:
                scope = {**scope, "client": (_find_asker(headers), 0)}
            await self._app(scope, receive, send_guarded)
        else:
            await PlainTextResponse(f"{refused}\n", 403)(scope, receive, send_guarded)

    def refuse_proxied(self, scope: Scope, headers: Headers) -> str | None:
        """Return why a request is refused that should come from the proxy; None for one that does, or where none is."""
        if not self._proxy:
            return None
        if not _is_same(scope["client"], self._proxy):
            return "this address is for the proxy alone"
        if headers.getlist("x-forwarded-proto") != ["https"]:
            return "expected the proxy to say X-Forwarded-Proto: https"
        if not _find_asker(headers):
            return "expected the proxy to say in X-Forwarded-For who asks"
        return None

    def refuse(self, method: str, headers: Headers) -> str | None:
        """Return why a request is refused; None for one that is not."""
        if headers.getlist("host") != [self._origin.partition("://")[2]]:
            return f"this address is not the one that grader review printed: open {self._origin}"
        site = headers.get("sec-fetch-site")
        if method in _SAFE:
            # A link from elsewhere may lead here, where the cookie does not come along; nothing else may ask.
            is_page = headers.get("sec-fetch-dest", "document") == "document"
            is_link = is_page and headers.get("sec-fetch-mode") == "navigate"
            is_elsewhere = site in {"cross-site", "same-site"} and not is_link
            return "another site's page asked for this" if is_elsewhere else None
        if method != "POST":
            return "expected GET, HEAD or POST"
        origin = headers.get("origin")
        comes_from_here = origin == self._origin if origin is not None else site == "same-origin"
        if not comes_from_here or site in {"cross-site", "same-site"}:
            return "this form was sent by another site's page"
        return None


def _is_same(client: tuple[str, int] | None, proxy: str) -> bool:
    if proxy == SOCKET:
        return client is None
    asker = "" if client is None else _parse_address(client[0])
    return asker != "" and asker == _parse_address(proxy)


def _find_asker(headers: Headers) -> str:
    """Return the address that the proxy itself has seen: the last one. Those before it anybody can have written."""
    return _parse_address(",".join(headers.getlist("x-forwarded-for")).rpartition(",")[2].strip())


def _parse_address(text: str) -> str:
    """Return an address as it is always written; nothing for what is none."""
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return ""
