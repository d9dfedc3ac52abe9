"""Who may enter which route: all are shut unless they say so, and an app with one that does not say is not built.

::

    router = APIRouter(route_class=GuardedRoute)

    @router.get("/livez")
    @admits_anybody
    async def livez() -> ...

    @router.post("/v1/scans")
    @admits(Scope.WORKSTATION)
    async def send() -> ...
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Iterator
from typing import Any, TypeVar

from fastapi import Depends, FastAPI, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.security import APIKeyHeader
from starlette.routing import BaseRoute

from parcelray.models.errors import BadInputError, ScopeRefusedError
from parcelray.serving.security.keys import Key, KeyRing, Scope, is_worth_noting
from parcelray.serving.store.store import Store

KEY_HEADER = "X-API-Key"
_ATTRIBUTE = "__parcelray_scopes__"
# Only describes the header in OpenAPI: the check itself is GuardedRoute's, before anything of the request is read.
_KEY_SCHEME = APIKeyHeader(name=KEY_HEADER, auto_error=False, description="From `parcelray keys create NAME`.")
_NOBODY_ASKED: frozenset[Scope] = frozenset()
_LONGEST_SHOWN = 80

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


class UndeclaredAccessError(RuntimeError):
    """A route does not say who may enter: a fault of the program, not of a caller."""


def admits(first: Scope, *others: Scope) -> Callable[[Endpoint], Endpoint]:
    """Name the scopes whose keys may enter an endpoint."""

    def declare(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _ATTRIBUTE, frozenset((first, *others)))
        return endpoint

    return declare


def admits_anybody(endpoint: Endpoint) -> Endpoint:
    """Say that whoever reaches the port may enter an endpoint."""
    setattr(endpoint, _ATTRIBUTE, _NOBODY_ASKED)
    return endpoint


class GuardedRoute(APIRoute):
    """A route that checks who enters before it reads the query or one byte of the body.

    Then it checks that the query holds nothing that the route does not know: what is misspelt is refused, not ignored.

    Attributes:
        scopes: of the keys that may enter; empty where nobody is asked for a key.

    Raises:
        UndeclaredAccessError: its endpoint does not name who may enter.
    """

    scopes: frozenset[Scope]

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        scopes = getattr(endpoint, _ATTRIBUTE, None)
        if not isinstance(scopes, frozenset):
            raise UndeclaredAccessError(f"route {path}: {endpoint.__name__} does not name who may enter (@admits)")
        self.scopes = scopes
        if scopes:
            options["dependencies"] = [*(options.get("dependencies") or []), Depends(_KEY_SCHEME)]
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's handler behind the door."""
        handler = super().get_route_handler()
        known = _query_names(self.dependant)

        async def guarded(request: Request) -> Response:
            if self.scopes:
                request.state.caller = caller = await _identify(request)
                if caller.scope not in self.scopes:
                    allowed = " or ".join(sorted(self.scopes))
                    raise ScopeRefusedError(
                        f"expected a key of scope {allowed} for this, got one of scope {caller.scope}"
                    )
            _refuse_unknown(request, known)
            return await handler(request)

        return guarded


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


async def _identify(request: Request) -> Key:
    keys: KeyRing = request.app.state.keys
    store: Store = request.app.state.store
    address = request.client.host if request.client else None
    caller = await store.glance(lambda: keys.verify(request.headers.get(KEY_HEADER)))
    if is_worth_noting(caller, address):
        # Nobody waits for it: a request is not slower because its key was not used for a minute.
        store.begin(lambda: keys.note_use(caller, address))
    return caller


def only_own(request: Request) -> str | None:
    """The workstation to whose scans the caller is held, or None for one who may see all."""
    caller: Key = request.state.caller
    return caller.name if caller.scope is Scope.WORKSTATION else None


def declared_access(routes: Iterable[BaseRoute]) -> Iterator[tuple[str, str, frozenset[Scope]]]:
    """Method, path and scopes of each route, those of included routers too.

    Raises:
        UndeclaredAccessError: a route that is not a ``GuardedRoute``: a mount, a plain route of Starlette.
    """
    for context in iter_route_contexts(list(routes)):
        route = context.original_route
        if not isinstance(route, GuardedRoute):
            raise UndeclaredAccessError(f"route {context.path}: a {type(route).__name__} does not name who may enter")
        for method in sorted(context.methods or ()):
            yield method, str(context.path), route.scopes


def require_declared_access(app: FastAPI) -> None:
    """Refuse an app with a route that does not name who may enter.

    Raises:
        UndeclaredAccessError: there is one.
    """
    for _ in declared_access(app.routes):
        pass
