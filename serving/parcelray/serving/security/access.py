"""Who may enter which route: all are shut unless they say so, and an app with one that does not say is not built.

::

    router = APIRouter(route_class=GuardedRoute)

    @router.get("/livez")
    @admits(Access.OPEN)
    async def livez() -> ...
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Iterator
from enum import StrEnum
from typing import Any, TypeVar

from fastapi import Depends, FastAPI, Request, Response
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.security import APIKeyHeader
from starlette.routing import BaseRoute

from parcelray.serving.security.keys import KeyRing

KEY_HEADER = "X-API-Key"
_ATTRIBUTE = "__parcelray_access__"
# Only describes the header in OpenAPI: the check itself is GuardedRoute's, before anything of the request is read.
_KEY_SCHEME = APIKeyHeader(name=KEY_HEADER, auto_error=False, description="From `parcelray keys create NAME`.")

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


class Access(StrEnum):
    """Who may enter."""

    OPEN = "open"
    """Anybody who reaches the port."""

    WORKSTATION = "workstation"
    """Who shows a key in ``X-API-Key``."""


class UndeclaredAccessError(RuntimeError):
    """A route does not say who may enter: a fault of the program, not of a caller."""


def admits(access: Access) -> Callable[[Endpoint], Endpoint]:
    """Name who may enter an endpoint."""

    def declare(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _ATTRIBUTE, access)
        return endpoint

    return declare


class GuardedRoute(APIRoute):
    """A route that checks who enters before it reads the query or one byte of the body.

    Raises:
        UndeclaredAccessError: its endpoint does not name who may enter.
    """

    access: Access

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        access = getattr(endpoint, _ATTRIBUTE, None)
        if not isinstance(access, Access):
            raise UndeclaredAccessError(f"route {path}: {endpoint.__name__} does not name who may enter (@admits)")
        self.access = access
        if access is Access.WORKSTATION:
            options["dependencies"] = [*(options.get("dependencies") or []), Depends(_KEY_SCHEME)]
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's handler behind the door."""
        handler = super().get_route_handler()
        if self.access is Access.OPEN:
            return handler

        async def guarded(request: Request) -> Response:
            keys: KeyRing = request.app.state.keys
            request.state.workstation = keys.verify(request.headers.get(KEY_HEADER)).name
            return await handler(request)

        return guarded


def declared_access(routes: Iterable[BaseRoute]) -> Iterator[tuple[str, str, Access]]:
    """Method, path and access of each route, those of included routers too.

    Raises:
        UndeclaredAccessError: a route that is not a ``GuardedRoute``: a mount, a plain route of Starlette.
    """
    for context in iter_route_contexts(list(routes)):
        route = context.original_route
        if not isinstance(route, GuardedRoute):
            raise UndeclaredAccessError(f"route {context.path}: a {type(route).__name__} does not name who may enter")
        for method in sorted(context.methods or ()):
            yield method, str(context.path), route.access


def require_declared_access(app: FastAPI) -> None:
    """Refuse an app with a route that does not name who may enter.

    Raises:
        UndeclaredAccessError: there is one.
    """
    for _ in declared_access(app.routes):
        pass
