"""Against requests that another site has a browser send (CSRF). A browser adds cookies by itself, but never a key.

Three fences beside ``SameSite=Strict``: where the browser says that the request comes from (the method of Go's
``http.CrossOriginProtection``), a token that only a page of this service can read, and JSON as the only language.
"""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import urlsplit

from fastapi import Request

from parcelray.models.errors import CrossSiteError

CSRF_HEADER = "X-CSRF-Token"
# Those that change nothing (RFC 9110, 9.2.1).
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN_SITES = frozenset({"same-origin", "none"})


def csrf_token_of(session_token: str) -> str:
    """What a page sends in ``X-CSRF-Token``. It belongs to one session, and leads nobody to that session's token."""
    return hmac.new(session_token.encode("utf-8", "surrogateescape"), b"parcelray csrf", hashlib.sha256).hexdigest()


def changes_something(request: Request) -> bool:
    """Whether a request is of a kind that another site must not be able to have sent."""
    return request.method not in _SAFE_METHODS


def refuse_other_sites(request: Request) -> None:
    """See that a browser does not say that another site had it send a request.

    ``Sec-Fetch-Site`` comes from all browsers of today, but over plain http from this machine alone; ``Origin`` comes
    with whatever changes something. Who sends neither is no browser.

    Raises:
        CrossSiteError: it says so.
    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None:
        if site not in _OWN_SITES:
            raise CrossSiteError("header Sec-Fetch-Site: expected same-origin, got another site's request")
    elif origin is not None and urlsplit(origin).netloc != request.headers.get("Host"):
        raise CrossSiteError("header Origin: expected the address of this service, as in Host; got another")


def require_csrf_token(request: Request, session_token: str) -> None:
    """See that a page of this service sent a request.

    Raises:
        CrossSiteError: the token of the session is not there, or is another's.
    """
    shown = request.headers.get(CSRF_HEADER, "").encode("utf-8", "surrogateescape")
    if not hmac.compare_digest(shown, csrf_token_of(session_token).encode("ascii")):
        got = "another" if shown else "none"
        raise CrossSiteError(f"header {CSRF_HEADER}: expected the session's (GET /v1/session tells it), got {got}")
