"""The door of every route: shut, unless the table of entrances names who may enter; a route that it lacks is not made.

::

    router = APIRouter(route_class=GuardedRoute, prefix="/v1/scans")

    @router.get("")  # ("GET", "/v1/scans") stands in entrances.ENTRANCES
    async def list_scans() -> ...
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Iterator
from http import HTTPStatus
from typing import Any

from fastapi import Depends, FastAPI, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.security import APIKeyCookie, APIKeyHeader
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute

from parcelray.models.errors import BadInputError
from parcelray.serving.people.cookies import PLAIN_NAME, SECURE_NAME
from parcelray.serving.security.callers import KEY_HEADER, enter
from parcelray.serving.security.cross_site import CSRF_HEADER
from parcelray.serving.security.entrances import ENTRANCES, Entrance

# These only describe what is shown, in OpenAPI: the check itself is GuardedRoute's, before anything of the request is
# read.
_KEY_SCHEME = APIKeyHeader(name=KEY_HEADER, auto_error=False, description="From `parcelray keys create NAME`.")
_SESSION_SCHEME = APIKeyCookie(
    name=PLAIN_NAME,
    auto_error=False,
    description=f"From `POST /v1/session`; with https it is called `{SECURE_NAME}`. Whatever changes something also "
    f"sends the session's `csrf_token` in the header `{CSRF_HEADER}`.",
)
_LONGEST_SHOWN = 80
# A name and a password fit in. Whoever may send more has shown who they are.
_MOST_BYTES_FROM_ANYBODY = 16 * 1024


class UndeclaredAccessError(RuntimeError):
    """A route for which the table does not say who may enter: a fault of the program, not of a caller."""


class GuardedRoute(APIRoute):
    """A route that checks who enters before it reads the query or one byte of the body.

    Then it checks that the query holds nothing that the route does not know: what is misspelt is refused, not ignored.

    Attributes:
        entrance: who may enter.

    Raises:
        UndeclaredAccessError: it does not stand in the table.
    """

    entrance: Entrance

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        (method,) = options["methods"]
        self.entrance = _entrance(method, path)
        schemes = [Depends(_KEY_SCHEME)] * bool(self.entrance.scopes)
        schemes += [Depends(_SESSION_SCHEME)] * bool(self.entrance.roles)
        options["dependencies"] = [*(options.get("dependencies") or []), *schemes]
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's handler behind the door."""
        handler = super().get_route_handler()
        known = _query_names(self.dependant)

        async def guarded(request: Request) -> Response:
            await enter(request, self.entrance)
            if self.entrance.anybody:
                _refuse_large(request)
            _refuse_unknown(request, known)
            return await handler(request)

        return guarded


def _entrance(method: str, path: str) -> Entrance:
    entrance = ENTRANCES.get((method, path))
    if entrance is None:
        raise UndeclaredAccessError(f"route {method} {path}: the table of entrances does not name who may enter")
    return entrance


def _refuse_large(request: Request) -> None:
    """See that somebody of whom nothing is known sends little, and says how much.

    Raises:
        HTTPException: 411 or 413, they do not.
    """
    announced = request.headers.get("Content-Length", "0")
    if "Transfer-Encoding" in request.headers:
        raise HTTPException(HTTPStatus.LENGTH_REQUIRED, "request body: expected one with its length, got one without")
    if int(announced) > _MOST_BYTES_FROM_ANYBODY:
        raise HTTPException(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"request body: expected at most {_MOST_BYTES_FROM_ANYBODY} bytes here, got {int(announced)} bytes",
        )


def _query_names(dependant: Dependant) -> frozenset[str]:
    """The query parameters of an endpoint and of what it depends on."""
    own = get_flat_params(Dependant(query_params=dependant.query_params))
    return frozenset(field.alias for field in own).union(*map(_query_names, dependant.dependencies))


def _refuse_unknown(request: Request, known: frozenset[str]) -> None:
    """See that a query holds each parameter once, and none that the route does not know.

    Raises:
        BadInputError: it does not.
    """
    for name, times in Counter(name for name, _ in request.query_params.multi_items()).items():
        if name not in known:
            expected = f"one of {', '.join(sorted(known))}" if known else "no parameter"
            raise BadInputError(f"query {name[:_LONGEST_SHOWN]}", expected=expected, got="a name that is not known")
        if times > 1:
            raise BadInputError(f"query {name}", expected="it once", got=f"it {times} times")


def declared_access(routes: Iterable[BaseRoute]) -> Iterator[tuple[str, str, Entrance]]:
    """Method, path and entrance of each route, those of included routers too.

    Raises:
        UndeclaredAccessError: a route that is not a ``GuardedRoute`` (a mount, a plain route of Starlette), or one that
            is served at another path than the one that the table names.
    """
    for context in iter_route_contexts(list(routes)):
        route = context.original_route
        if not isinstance(route, GuardedRoute):
            raise UndeclaredAccessError(f"route {context.path}: a {type(route).__name__} does not name who may enter")
        for method in sorted(context.methods or ()):
            if _entrance(method, str(context.path)) is not route.entrance:
                raise UndeclaredAccessError(f"route {method} {context.path}: made with another entrance")
            yield method, str(context.path), route.entrance


def require_declared_access(app: FastAPI) -> None:
    """Refuse an app with a route that does not name who may enter.

    Raises:
        UndeclaredAccessError: there is one.
    """
    for _ in declared_access(app.routes):
        pass
