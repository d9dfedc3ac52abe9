"""``BodyLimit``: no request may send more than so many bytes, whether it says how many beforehand or not.

FastAPI has a limit of its own (``max_body_size``), but it answers a request that announces too much in plain text,
past every handler, and before the key is looked at. This one raises where the body is read.
"""

from __future__ import annotations

from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BodyLimit:
    """ASGI middleware.

    Args:
        app: what is guarded.
        max_bytes: the largest body that is let through.
    """

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "")
        came = 0

        async def receive_within_limit() -> Message:
            nonlocal came
            # Servers refuse a length that is no number; a chunked body has none.
            if announced.isdecimal() and int(announced) > self._max_bytes:
                raise self._too_large(f"{int(announced)} bytes")
            message = await receive()
            came += len(message.get("body", b""))
            if came > self._max_bytes:
                raise self._too_large("more")
            return message

        await self._app(scope, receive_within_limit, send)

    def _too_large(self, got: str) -> HTTPException:
        detail = f"request body: expected at most {self._max_bytes} bytes, got {got}"
        return HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)
