"""``/v1/keys``: the keys of those who call the service, managed by admins: by key or by session."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from parcelray.serving.api.answers import Answer
from parcelray.serving.problems import REFUSALS, problem_responses
from parcelray.serving.security.access import GuardedRoute
from parcelray.serving.security.callers import actor_of
from parcelray.serving.security.keys import Key, KeyRing, Scope
from parcelray.serving.store.store import Store
from parcelray.serving.store.tables import LONGEST_NAME

router = APIRouter(route_class=GuardedRoute, prefix="/v1/keys", tags=["keys"])

_CHANGED = problem_responses(*REFUSALS, HTTPStatus.NOT_FOUND, HTTPStatus.INSUFFICIENT_STORAGE)


def _printable(name: str) -> str:
    # PostgreSQL does not take NUL, not even to look for it.
    if not name.isprintable():
        raise ValueError("expected printable characters")
    return name


# The pattern is what ``KeyRing.create`` asks for.
KeyName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LONGEST_NAME,
        json_schema_extra={"pattern": r"^[^\p{C}\p{Z}/]+( +[^\p{C}\p{Z}/]+)*$"},
    ),
    AfterValidator(_printable),
]
Name = Annotated[KeyName, Path(description="The key's name.")]


class NewKey(BaseModel):
    """A key to be made.

    Attributes:
        name: whose key it is; each name once, also when its key was revoked.
        scope: what it is for.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: KeyName
    scope: Scope


class KeyAnswer(Answer):
    """What is kept of a key.

    Attributes:
        created_at: when its name was first given.
        rotated_at: when its present secret was made, if that is not the first.
        revoked_at: when it stopped being let in.
        last_used_at: when it was last let in, to the minute.
        last_used_from: the network address that it then came from.
    """

    name: str
    scope: Scope
    created_at: datetime
    rotated_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None
    last_used_from: str | None


class KeyListAnswer(Answer):
    """All keys, those that were revoked too, in the order in which they were made."""

    keys: list[KeyAnswer]


class SecretAnswer(Answer):
    """A key's secret. It is shown this once.

    Attributes:
        key: what its holder sends in ``X-API-Key``.
    """

    name: str
    scope: Scope
    key: str


@router.get("", responses=problem_responses(*REFUSALS))
async def list_keys(request: Request) -> KeyListAnswer:
    """All keys, without their secrets, which are not kept."""
    keys: KeyRing = request.app.state.keys
    store: Store = request.app.state.store
    return KeyListAnswer(keys=[_answer(key) for key in await store.run(keys.all)])


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses=problem_responses(*REFUSALS, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.INSUFFICIENT_STORAGE),
)
async def create_key(request: Request, wanted: NewKey) -> SecretAnswer:
    """Make a key. It works at once."""
    keys: KeyRing = request.app.state.keys
    store: Store = request.app.state.store
    by = actor_of(request)
    secret = await store.run(lambda: keys.create(wanted.name, wanted.scope, by))
    return SecretAnswer(name=wanted.name, scope=wanted.scope, key=secret)


@router.post("/{name}/rotate", responses=_CHANGED)
async def rotate_key(request: Request, name: Name) -> SecretAnswer:
    """Give a key a new secret. The old one is refused from the next request on."""
    keys: KeyRing = request.app.state.keys
    store: Store = request.app.state.store
    by = actor_of(request)
    key, secret = await store.run(lambda: keys.rotate(name, by))
    return SecretAnswer(name=key.name, scope=key.scope, key=secret)


@router.delete("/{name}", responses=_CHANGED)
async def revoke_key(request: Request, name: Name) -> KeyAnswer:
    """Let a key in no more, from the next request on. Its name and what it sent stay on record."""
    keys: KeyRing = request.app.state.keys
    store: Store = request.app.state.store
    by = actor_of(request)
    return _answer(await store.run(lambda: keys.revoke(name, by)))


def _answer(key: Key) -> KeyAnswer:
    return KeyAnswer(**vars(key))
