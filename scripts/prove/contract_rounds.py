"""Who calls what in each round of scripts/prove/contract.py, and how Schemathesis runs then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import schemathesis
from fastapi import FastAPI
from schemathesis.schemas import BaseSchema

from parcelray.serving.people.audit import Actor
from parcelray.serving.people.cookies import PLAIN_NAME
from parcelray.serving.people.people import People
from parcelray.serving.people.roles import Role
from parcelray.serving.security.access import declared_access
from parcelray.serving.security.cross_site import CSRF_HEADER, csrf_token_of
from parcelray.serving.security.entrances import Entrance
from parcelray.serving.security.keys import KeyRing, Scope
from parcelray.serving.settings import Settings
from parcelray.serving.store.database import Database

KEY_ROUNDS = len(Scope)
# Whoever may enter where no key may is one of these.
PEOPLE = {Role.ADMIN: "prover", Role.SUPERVISOR: "prover-at-desk"}
ROUNDS: tuple[int | Role, ...] = (*range(KEY_ROUNDS), *PEOPLE)
NAMES = {scope: f"prover-{scope}" for scope in Scope}
IN_USE = {*NAMES.values(), *PEOPLE.values()}
# Nothing that is drawn signs anybody in, or is the password of who is; and who signs out ends the round.
# tests/serving/people looks at these.
LEFT_OUT = "/v1/session"
# Where a schema keeps what its whole paths answer to.
METHODS = "x-methods"
# Long enough for a stream of events, which never ends by itself, to tell what there is. On a machine that has much to
# do it may not even begin by then, and is tried again.
_STREAM = {"request-timeout": 0.2, "request-retries": 4}
# As Schemathesis has them.
_REFUSALS = ("400", "401", "403", "404", "405", "406", "409", "415", "422", "428", "429", "5xx")


def entrances_by_operation(app: FastAPI) -> dict[str, Entrance]:
    """Who may enter, by Schemathesis's names of the operations that are called."""
    return {
        f"{method} {path}": entrance
        for method, path, entrance in declared_access(app.routes)
        if not path.startswith(LEFT_OUT)
    }


def make_keys(database: Database) -> dict[Scope, str]:
    """A key of each scope."""
    return {scope: KeyRing(database).create(name, scope, Actor.host_user()) for scope, name in NAMES.items()}


def sign_in(database: Database, settings: Settings) -> dict[Role, dict[str, str]]:
    """What a page sends for each of ``PEOPLE`` who is signed in."""
    people = People(database, settings)
    password = "seventeen grey parcels"
    sessions = {}
    for role, name in PEOPLE.items():
        people.accounts.add(name, role, Actor.host_user(), password=password)
        token = people.sign_in.enter(name, password, None)
        sessions[role] = {"Cookie": f"{PLAIN_NAME}={token}", CSRF_HEADER: csrf_token_of(token)}
    return sessions


def for_people_alone(entrances: Mapping[str, Entrance]) -> dict[str, Role]:
    """The operations that no key lets in to, and who of ``PEOPLE`` calls them."""
    return {
        name: next(role for role in PEOPLE if role in entrance.roles)
        for name, entrance in entrances.items()
        if not entrance.scopes and not entrance.anybody
    }


def keys_of_round(
    entrances: Mapping[str, Entrance], keys: Mapping[Scope, str], round_number: int
) -> list[dict[str, Any]]:
    """What each operation is called with, in Schemathesis's words: a key of the next of the scopes that may enter."""
    return [
        {"include-name": name, "headers": {"X-API-Key": keys[scopes[round_number % len(scopes)]]}}
        for name, entrance in entrances.items()
        if (scopes := sorted(entrance.scopes))
    ]


def configuration(
    operations: list[dict[str, Any]], headers: Mapping[str, str], *, examples: int, seed: int | None
) -> schemathesis.Config:
    """How Schemathesis runs in one round.

    Args:
        operations: what single ones are called with.
        headers: what all are called with.
        examples: at most so many for each operation and phase, beside those that try every rule once.
        seed: of what is drawn; None for what is drawn the same each time.
    """
    return schemathesis.Config.from_dict(
        {
            **({} if seed is None else {"seed": seed}),
            # Nothing is left behind for the next run.
            "cache": {"enabled": False},
            "generation": {"max-examples": examples, "deterministic": seed is None, "database": "none"},
            "continue-on-failure": True,
            "headers": dict(headers),
            "request-timeout": 30.0,
            "max-stream-events": 1,
            # An image with too many pixels is refused like any other.
            "checks": {"negative_data_rejection": {"expected-statuses": [*_REFUSALS, "413"]}},
            "operations": [*operations, {"include-name": "GET /v1/events", **_STREAM}],
        }
    )


def config_of_round(
    number: int | Role,
    entrances: Mapping[str, Entrance],
    keys: Mapping[Scope, str],
    sessions: Mapping[Role, Mapping[str, str]],
    *,
    examples: int,
    seed: int | None,
) -> schemathesis.Config:
    """How Schemathesis runs in one of ``ROUNDS``; see ``configuration``."""
    if isinstance(number, Role):
        return configuration([], sessions[number], examples=examples, seed=seed)
    return configuration(keys_of_round(entrances, keys, number), {}, examples=examples, seed=seed)


def keep_part(schema: BaseSchema, entrances: Mapping[str, Entrance], number: int | Role) -> None:
    """Leave in a schema what is called in one round: what only these people may enter, or what keys may.

    Schemathesis's own filters keep nothing from being called by the way, such as what signs the caller out.
    """
    people = for_people_alone(entrances)
    wanted = {
        name for name in entrances if (people.get(name) is number if isinstance(number, Role) else name not in people)
    }
    paths = schema.raw_schema["paths"]
    schema.raw_schema[METHODS] = {path: {method.upper() for method in one} for path, one in paths.items()}
    for path, operations in list(paths.items()):
        kept = {method: one for method, one in operations.items() if f"{method.upper()} {path}" in wanted}
        if kept:
            paths[path] = kept
        else:
            del paths[path]
