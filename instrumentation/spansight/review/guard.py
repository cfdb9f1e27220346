"""Who may see the page: a browser of this machine that was given the address with its token.

Loopback keeps other machines out; other programs and other pages of this one are kept out here.  A
page elsewhere can make the browser send requests, under a name of its own that leads to loopback
(DNS rebinding): so the host must be ours, the cookie is never sent along, and what changes anything
must come from our own page.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final[Mapping[str, str]] = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    # Not no-referrer: a browser would then send the form's origin as `null`.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
_SAFE: Final = frozenset({"GET", "HEAD"})

# A link in another page leads here without the cookie, strict as it is; a reload of our own has it.
_COME_IN: Final = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Spansight</title>'
    '<meta http-equiv="refresh" content="0;url=/"><link rel="icon" href="/static/icon.svg">'
    '<a href="/">Go on to the review</a></html>'
)


@dataclass(frozen=True, slots=True)
class Guarded:
    """An application behind its token."""

    app: ASGIApp
    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    @property
    def url(self) -> str:
        """The address that lets its reader in."""
        return f"http://127.0.0.1:{self.port}/?token={self.token}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        answer = self._answer(Request(scope)) or self.app
        await answer(scope, receive, send_guarded)

    def _answer(self, request: Request) -> Response | None:
        """Return what there is to say to a request that is not passed on."""
        hosts = {f"{name}:{self.port}" for name in ("127.0.0.1", "localhost")}
        if request.headers.get("host") not in hosts:
            return _refusal("expected the address that `spansight review` printed")
        if self._is_token(request.query_params.get("token")):
            answer = HTMLResponse(_COME_IN)
            # Cookies know no ports: another review on this machine has one of its own.
            answer.set_cookie(self._cookie, self.token, httponly=True, samesite="strict")
            return answer
        if not self._is_token(request.cookies.get(self._cookie)):
            return _refusal("open the address with the token that `spansight review` printed")
        if request.method not in _SAFE and not self._is_our_page(request.headers):
            return _refusal("expected a form of this page")
        return None

    @property
    def _cookie(self) -> str:
        return f"spansight-review-{self.port}"

    def _is_token(self, said: str | None) -> bool:
        return secrets.compare_digest((said or "").encode(), self.token.encode())

    def _is_our_page(self, headers: Headers) -> bool:
        return headers.get("origin") == f"http://{headers['host']}"


def _refusal(why: str) -> PlainTextResponse:
    return PlainTextResponse(f"403: {why}\n", HTTPStatus.FORBIDDEN)
