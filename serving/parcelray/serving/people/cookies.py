"""The cookie that holds a session's token: scripts cannot read it, and no other site can have it sent.

With https its name begins with ``__Host-``, which browsers take from this very host alone, never from a neighbour
(draft-ietf-httpbis-rfc6265bis, 4.1.3.2). It has no age: it ends with the browser, or with its session.
"""

from __future__ import annotations

from fastapi import Request, Response

PLAIN_NAME = "parcelray-session"
SECURE_NAME = f"__Host-{PLAIN_NAME}"


def session_token(request: Request) -> str | None:
    """The token that a browser sent; None for who has none."""
    return request.cookies.get(_name(request)) or None


def keep_session(request: Request, response: Response, token: str) -> None:
    """Have the browser keep a token."""
    response.set_cookie(_name(request), token, path="/", secure=_is_secure(request), httponly=True, samesite="strict")


def forget_session(request: Request, response: Response) -> None:
    """Have the browser forget its token."""
    response.delete_cookie(_name(request), path="/", secure=_is_secure(request), httponly=True, samesite="strict")


def _name(request: Request) -> str:
    return SECURE_NAME if _is_secure(request) else PLAIN_NAME


def _is_secure(request: Request) -> bool:
    """Whether the browser came by https, perhaps to a proxy that says so (setting ``forwarded_from``)."""
    return request.url.scheme == "https"
