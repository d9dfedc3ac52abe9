"""Who is calling: the holder of a key, or of a session. Where a request shows both, the key counts."""

from __future__ import annotations

from fastapi import Request

from parcelray.models.errors import KeyMissingError, PasswordDueError, RoleRefusedError, ScopeRefusedError
from parcelray.serving.people.audit import Actor
from parcelray.serving.people.cookies import session_token
from parcelray.serving.people.people import People
from parcelray.serving.people.sessions import Session
from parcelray.serving.security.cross_site import changes_something, refuse_other_sites, require_csrf_token
from parcelray.serving.security.entrances import Entrance
from parcelray.serving.security.keys import Key, KeyRing, Scope, is_worth_noting
from parcelray.serving.store.store import Store
from parcelray.serving.store.tables import LONGEST_NAME

KEY_HEADER = "X-API-Key"


async def enter(request: Request, entrance: Entrance) -> None:
    """Let a caller in, and note who it is in ``request.state.caller``: a ``Key`` or a ``Session``.

    Raises:
        AccessError: it may not enter.
        StorageError: the database does not answer.
    """
    shows_key = KEY_HEADER in request.headers
    if not shows_key and changes_something(request):
        refuse_other_sites(request)
    if entrance.anybody:
        return
    if shows_key:
        request.state.caller = key = await _find_key(request)
        if key.scope not in entrance.scopes:
            raise ScopeRefusedError(f"expected {_admitted(entrance)} for this, got a key of scope {key.scope}")
        _note_key(request, key)
        return
    token = session_token(request)
    if token is None:
        raise KeyMissingError("expected a key of this service in the header X-API-Key, or a session; got neither")
    request.state.caller = session = await _find_session(request, token)
    if changes_something(request):
        require_csrf_token(request, token)
    if session.role not in entrance.roles:
        raise RoleRefusedError(f"expected {_admitted(entrance)} for this, got a session of role {session.role}")
    if session.password_is_due and not entrance.while_password_is_due:
        raise PasswordDueError("expected a password that you chose, got one that serves once: choose one first")
    _note_session(request, session)


async def require_still_admitted(request: Request) -> None:
    """See that a caller who was let in, and is still being answered, has not been shut out since.

    Raises:
        AccessError: it has.
        StorageError: the database does not answer.
    """
    token = session_token(request)
    if isinstance(request.state.caller, Session) and token is not None:
        # Whoever is given another role is signed out.
        await _find_session(request, token)
    else:
        await _find_key(request)


def only_own(request: Request) -> str | None:
    """The workstation to whose scans the caller is held, or None for one who may see all."""
    caller: Key | Session = request.state.caller
    return caller.name if isinstance(caller, Key) and caller.scope is Scope.WORKSTATION else None


def hears_of_desk(request: Request) -> bool:
    """Whether the caller is one of those who may read what officers decide."""
    caller: Key | Session = request.state.caller
    return not isinstance(caller, Key) or caller.scope is Scope.READER


def actor_of(request: Request) -> Actor:
    """The caller, as the audit names them."""
    caller: Key | Session = request.state.caller
    kind = Actor.key if isinstance(caller, Key) else Actor.person
    return kind(caller.name, address_of(request))


def address_of(request: Request) -> str | None:
    """The network address that a request came from; with a proxy before it, what the proxy says."""
    return request.client.host[:LONGEST_NAME] if request.client else None


async def _find_key(request: Request) -> Key:
    keys: KeyRing = request.app.state.keys
    store: Store = request.app.state.store
    return await store.glance(lambda: keys.verify(request.headers.get(KEY_HEADER)))


async def _find_session(request: Request, token: str) -> Session:
    people: People = request.app.state.people
    store: Store = request.app.state.store
    return await store.glance(lambda: people.sessions.find(token))


def _note_key(request: Request, key: Key) -> None:
    keys: KeyRing = request.app.state.keys
    store: Store = request.app.state.store
    address = address_of(request)
    if is_worth_noting(key, address):
        # Nobody waits for it: a request is not slower because its key was not used for a minute.
        store.begin(lambda: keys.note_use(key, address))


def _note_session(request: Request, session: Session) -> None:
    people: People = request.app.state.people
    store: Store = request.app.state.store
    if people.sessions.is_worth_noting(session):
        store.begin(lambda: people.sessions.note_use(session))


def _admitted(entrance: Entrance) -> str:
    wanted = []
    if entrance.scopes:
        wanted.append(f"a key of scope {' or '.join(sorted(entrance.scopes))}")
    if entrance.roles:
        wanted.append(f"a session of role {' or '.join(sorted(entrance.roles))}")
    return ", or ".join(wanted)
