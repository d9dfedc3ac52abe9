"""``/v1/users``: the accounts of people, managed by whoever signed in as an admin."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict

from parcelray.serving.api.answers import Answer
from parcelray.serving.api.session import AccountName
from parcelray.serving.people.accounts import Account, Accounts
from parcelray.serving.people.roles import Role
from parcelray.serving.problems import REFUSALS, problem_responses
from parcelray.serving.security.access import GuardedRoute
from parcelray.serving.security.callers import actor_of
from parcelray.serving.store.store import Store

router = APIRouter(route_class=GuardedRoute, prefix="/v1/users", tags=["people"])

_CHANGED = problem_responses(*REFUSALS, HTTPStatus.NOT_FOUND, HTTPStatus.INSUFFICIENT_STORAGE)
_TAKEN = {**_CHANGED, **problem_responses(HTTPStatus.CONFLICT)}
_SENT = problem_responses(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

Name = Annotated[AccountName, Path(description="The account's name.")]


class NewUser(BaseModel):
    """An account to be made.

    Attributes:
        name: what its holder types to sign in; each name once, also when its account was deactivated.
        role: what its holder works as.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: AccountName
    role: Role


class NewRole(BaseModel):
    """What somebody works as from now on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    role: Role


class UserAnswer(Answer):
    """What is kept of an account.

    Attributes:
        created_at: when it was made.
        password_set_at: when its holder chose the password; null while it is one that serves once.
        deactivated_at: when it was shut for good.
        signed_in_at: when its holder last signed in.
        signed_in_from: the network address that this came from.
    """

    name: str
    role: Role
    created_at: datetime
    password_set_at: datetime | None
    deactivated_at: datetime | None
    signed_in_at: datetime | None
    signed_in_from: str | None


class UserListAnswer(Answer):
    """All accounts, those that were deactivated too, in the order in which they were made."""

    users: list[UserAnswer]


class OneTimePasswordAnswer(Answer):
    """A password that serves once: who signs in with it has to choose another. It is shown this once."""

    name: str
    one_time_password: str


class SignedOutAnswer(Answer):
    """How many sessions were ended."""

    name: str
    sessions: int


@router.get("", responses=problem_responses(*REFUSALS))
async def list_users(request: Request) -> UserListAnswer:
    """All accounts, without their passwords, which are not kept."""
    accounts, store = _accounts(request)
    return UserListAnswer(users=[_answer(account) for account in await store.run(accounts.all)])


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses={**problem_responses(*REFUSALS, HTTPStatus.INSUFFICIENT_STORAGE), **_SENT},
)
async def add_user(request: Request, wanted: NewUser) -> OneTimePasswordAnswer:
    """Make an account, with a password that serves once. It works at once."""
    accounts, store = _accounts(request)
    by = actor_of(request)
    password = await store.run(lambda: accounts.add(wanted.name, wanted.role, by))
    return OneTimePasswordAnswer(name=wanted.name, one_time_password=password)


@router.put("/{name}/role", responses={**_TAKEN, **_SENT})
async def set_role(request: Request, name: Name, wanted: NewRole) -> UserAnswer:
    """Have somebody work as something else. They are signed out, and sign in again. The last admin stays one."""
    accounts, store = _accounts(request)
    by = actor_of(request)
    return _answer(await store.run(lambda: accounts.set_role(name, wanted.role, by)))


@router.post("/{name}/password", responses=_CHANGED)
async def reset_password(request: Request, name: Name) -> OneTimePasswordAnswer:
    """Give somebody a password that serves once. They are signed out."""
    accounts, store = _accounts(request)
    by = actor_of(request)
    password = await store.run(lambda: accounts.reset_password(name, by))
    return OneTimePasswordAnswer(name=name, one_time_password=password)


@router.delete("/{name}/sessions", responses=_CHANGED)
async def sign_out_user(request: Request, name: Name) -> SignedOutAnswer:
    """Sign somebody out, wherever they are signed in, from the next request on."""
    accounts, store = _accounts(request)
    by = actor_of(request)
    return SignedOutAnswer(name=name, sessions=await store.run(lambda: accounts.sign_out(name, by)))


@router.delete("/{name}", responses=_TAKEN)
async def deactivate_user(request: Request, name: Name) -> UserAnswer:
    """Shut an account for good, from the next request on. Its name and what its holder did stay on record.

    The last admin's stays open.
    """
    accounts, store = _accounts(request)
    by = actor_of(request)
    return _answer(await store.run(lambda: accounts.deactivate(name, by)))


def _accounts(request: Request) -> tuple[Accounts, Store]:
    return request.app.state.people.accounts, request.app.state.store


def _answer(account: Account) -> UserAnswer:
    return UserAnswer(**vars(account))
