"""``/v1/session``: people sign in, see who they are, choose a password, and sign out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from parcelray.serving.api.answers import Answer
from parcelray.serving.people.accounts import NAME_PATTERN
from parcelray.serving.people.cookies import forget_session, keep_session, session_token
from parcelray.serving.people.passwords import LONGEST, SHORTEST
from parcelray.serving.people.people import People
from parcelray.serving.people.roles import Role
from parcelray.serving.people.sessions import Session
from parcelray.serving.problems import REFUSALS, problem_responses
from parcelray.serving.security.access import GuardedRoute
from parcelray.serving.security.callers import address_of
from parcelray.serving.security.cross_site import csrf_token_of
from parcelray.serving.store.store import Store
from parcelray.serving.store.tables import LONGEST_NAME

router = APIRouter(route_class=GuardedRoute, prefix="/v1/session", tags=["people"])

# Each takes 64 MiB and a tenth of a second of a core, and the cores are there for scans. The others wait their turn.
MOST_AT_ONCE = 2

_CHANGED = problem_responses(
    *REFUSALS,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INSUFFICIENT_STORAGE,
)

AccountName = Annotated[str, Field(max_length=LONGEST_NAME, pattern=NAME_PATTERN)]


class Credentials(BaseModel):
    """What somebody types to sign in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: AccountName
    password: Annotated[SecretStr, Field(max_length=LONGEST)]


class NewPassword(BaseModel):
    """A password to hold from now on.

    Attributes:
        current_password: the one that holds until now.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    current_password: Annotated[SecretStr, Field(max_length=LONGEST)]
    new_password: Annotated[SecretStr, Field(min_length=SHORTEST, max_length=LONGEST)]


class SessionAnswer(Answer):
    """Who is signed in.

    Attributes:
        csrf_token: what a page sends in ``X-CSRF-Token`` with whatever changes something.
        password_is_due: whether a password has to be chosen before anything else.
    """

    name: str
    role: Role
    csrf_token: str
    password_is_due: bool


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses={
        201: {
            "headers": {
                "Set-Cookie": {
                    "description": "The session, for browsers to keep.",
                    "required": True,
                    "schema": {"type": "string"},
                }
            }
        },
        **_CHANGED,
        **problem_responses(HTTPStatus.LENGTH_REQUIRED),
    },
)
async def sign_in(request: Request, response: Response, given: Credentials) -> SessionAnswer:
    """Sign in by name and password. A session that the browser held before ends."""
    people: People = request.app.state.people
    address, before = address_of(request), session_token(request)
    token = await _hashing(
        request,
        lambda: people.sign_in.enter(given.name, given.password.get_secret_value(), address, instead_of=before),
    )
    keep_session(request, response, token)
    return await _answer(request, token)


@router.get("", responses=problem_responses(*REFUSALS))
async def who_am_i(request: Request) -> SessionAnswer:
    """Who is signed in, with what a page needs to change something."""
    session: Session = request.state.caller
    return _session_answer(session, session_token(request) or "")


@router.delete(
    "",
    status_code=HTTPStatus.NO_CONTENT,
    response_class=Response,
    responses=problem_responses(*REFUSALS, HTTPStatus.INSUFFICIENT_STORAGE),
)
async def sign_out(request: Request) -> Response:
    """Sign out. The session ends here and now, whoever else may have its cookie."""
    people: People = request.app.state.people
    store: Store = request.app.state.store
    token, address = session_token(request) or "", address_of(request)
    await store.run(lambda: people.sign_in.leave(token, address))
    response = Response(status_code=HTTPStatus.NO_CONTENT)
    forget_session(request, response)
    return response


@router.post("/password", responses=_CHANGED)
async def choose_password(request: Request, response: Response, given: NewPassword) -> SessionAnswer:
    """Choose a password. All sessions of the account end, and a new one begins in this browser."""
    people: People = request.app.state.people
    session: Session = request.state.caller
    current, new = given.current_password.get_secret_value(), given.new_password.get_secret_value()
    address = address_of(request)
    token = await _hashing(request, lambda: people.sign_in.change_password(session, current, new, address))
    keep_session(request, response, token)
    return await _answer(request, token)


async def _hashing(request: Request, work: Callable[[], str]) -> str:
    store: Store = request.app.state.store
    turn: asyncio.Semaphore = request.app.state.hashing
    async with turn:
        return await store.run(work)


async def _answer(request: Request, token: str) -> SessionAnswer:
    people: People = request.app.state.people
    store: Store = request.app.state.store
    return _session_answer(await store.run(lambda: people.sessions.find(token)), token)


def _session_answer(session: Session, token: str) -> SessionAnswer:
    return SessionAnswer(
        name=session.name,
        role=session.role,
        csrf_token=csrf_token_of(token),
        password_is_due=session.password_is_due,
    )
