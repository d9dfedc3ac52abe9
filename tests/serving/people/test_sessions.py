from __future__ import annotations

import base64
import hashlib

import pytest
from sqlalchemy import func, select, update

from parcelray.models.errors import SessionRefusedError
from parcelray.serving.people.people import People
from parcelray.serving.people.roles import Role
from parcelray.serving.store.database import Database
from parcelray.serving.store.tables import accounts, sessions
from support.people import HOST, PASSWORD, Clock

IDLE_S, LONGEST_S = 30 * 60, 12 * 3600


@pytest.fixture
def token(people: People) -> str:
    people.accounts.add("anna", Role.OPERATOR, HOST, password=PASSWORD)
    return people.sign_in.enter("anna", PASSWORD, "10.0.0.1")


def test_only_the_sum_of_the_token_is_kept(token: str, database: Database) -> None:
    assert len(base64.urlsafe_b64decode(token + "=")) * 8 == 256
    with database.reading() as connection:
        row = connection.execute(select(sessions)).mappings().one()
    assert row["token_sha256"] == hashlib.sha256(token.encode()).hexdigest()
    assert token not in str(dict(row))


def test_another_token_is_refused(people: People, token: str) -> None:
    kept = hashlib.sha256(token.encode()).hexdigest()
    for shown in ("", "x", "\udcff", "ä", "\0", "0" * 100_000, token[:-1], kept):
        with pytest.raises(SessionRefusedError, match="not known or was ended"):
            people.sessions.find(shown)


def test_a_session_ends_when_nothing_was_done_for_long(people: People, token: str, clock: Clock) -> None:
    clock.go_on(seconds=IDLE_S - 1)
    session = people.sessions.find(token)
    assert people.sessions.is_worth_noting(session)
    people.sessions.note_use(session)
    clock.go_on(seconds=IDLE_S - 1)
    assert people.sessions.find(token).name == "anna"
    clock.go_on(seconds=1)
    with pytest.raises(SessionRefusedError, match="whose time is up"):
        people.sessions.find(token)


def test_a_session_ends_at_last_whatever_is_done(people: People, token: str, clock: Clock) -> None:
    for _ in range(LONGEST_S // 1200 - 1):
        clock.go_on(seconds=1200)
        people.sessions.note_use(people.sessions.find(token))
    clock.go_on(seconds=1199)
    people.sessions.note_use(people.sessions.find(token))
    clock.go_on(seconds=1)
    with pytest.raises(SessionRefusedError, match="whose time is up"):
        people.sessions.find(token)


def test_a_use_is_noted_to_the_minute(people: People, token: str, clock: Clock) -> None:
    clock.go_on(seconds=59)
    assert not people.sessions.is_worth_noting(people.sessions.find(token)), "noted with every request"
    clock.go_on(seconds=1)
    assert people.sessions.is_worth_noting(people.sessions.find(token))


def test_sessions_whose_time_is_up_are_cleared_away(
    people: People, token: str, database: Database, clock: Clock
) -> None:
    clock.go_on(seconds=IDLE_S)
    people.sign_in.enter("anna", PASSWORD, None)
    with database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(sessions)) == 1


def test_a_role_is_that_of_the_account_now(people: People, token: str) -> None:
    assert people.sessions.find(token).role is Role.OPERATOR
    people.accounts.set_role("anna", Role.ENGINEER, HOST)
    assert people.sessions.find(people.sign_in.enter("anna", PASSWORD, None)).role is Role.ENGINEER


def test_an_account_that_was_shut_lets_nobody_in_whatever_became_of_its_sessions(
    people: People, token: str, database: Database, clock: Clock
) -> None:
    with database.writing() as connection:
        connection.execute(update(accounts).values(deactivated_at=clock.now))
    with pytest.raises(SessionRefusedError):
        people.sessions.find(token)


def test_who_leaves_leaves_one_session(people: People, token: str) -> None:
    other = people.sign_in.enter("anna", PASSWORD, None)
    people.sign_in.leave(token, None)
    with pytest.raises(SessionRefusedError):
        people.sessions.find(token)
    assert people.sessions.find(other).name == "anna"
    people.sign_in.leave(token, None)
