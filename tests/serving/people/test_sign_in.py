from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import select

from parcelray.models.errors import (
    BadInputError,
    SessionRefusedError,
    SignInRefusedError,
    TooManyAttemptsError,
)
from parcelray.serving.people import attempts, sign_in
from parcelray.serving.people.attempts import MOST_FOR_A_NAME, WINDOW
from parcelray.serving.people.people import People
from parcelray.serving.people.roles import Role
from parcelray.serving.people.sign_in import SignIn
from parcelray.serving.store.database import Database
from parcelray.serving.store.tables import accounts, sign_in_attempts
from support.people import HOST, PASSWORD, Clock

Noted = Callable[[], list[tuple[Any, ...]]]
WRONG = "wrong horse battery"
NEW = "another horse, a newer battery"


@pytest.fixture
def anna(people: People) -> None:
    people.accounts.add("anna", Role.OPERATOR, HOST, password=PASSWORD)


def fail(people: People, times: int, name: str = "anna", address: str = "10.0.0.1") -> None:
    for _ in range(times):
        with pytest.raises(SignInRefusedError):
            people.sign_in.enter(name, WRONG, address)


def test_who_does_not_get_in_learns_nothing_of_why(people: People, anna: None) -> None:
    people.accounts.add("gone", Role.OPERATOR, HOST, password=PASSWORD)
    people.accounts.deactivate("gone", HOST)
    said = set()
    for name, password in [("anna", WRONG), ("nobody", PASSWORD), ("gone", PASSWORD), ("gone", WRONG)]:
        with pytest.raises(SignInRefusedError) as raised:
            people.sign_in.enter(name, password, "10.0.0.1")
        said.add(str(raised.value))
    assert len(said) == 1


def test_whatever_the_name_one_password_is_compared(
    people: People, anna: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[bool] = []
    compare = sign_in.compare
    monkeypatch.setattr(sign_in, "compare", lambda *given: compared.append(given[1] is None) or compare(*given))
    for name in ("anna", "nobody"):
        with pytest.raises(SignInRefusedError):
            people.sign_in.enter(name, WRONG, None)
    assert compared == [False, True]


def test_a_name_is_tried_so_often_and_then_no_more_for_a_while(people: People, anna: None, clock: Clock) -> None:
    fail(people, MOST_FOR_A_NAME - 1)
    clock.go_on(minutes=5)
    fail(people, 1)
    for address in ("10.0.0.1", "10.0.0.2"):
        # Not even with the right password: or whoever guesses would learn it.
        with pytest.raises(TooManyAttemptsError, match="come back in 600 s") as raised:
            people.sign_in.enter("anna", PASSWORD, address)
        assert raised.value.retry_after_s == 600
    clock.go_on(seconds=599)
    with pytest.raises(TooManyAttemptsError, match="come back in 1 s"):
        people.sign_in.enter("anna", PASSWORD, "10.0.0.1")
    clock.go_on(seconds=1)
    assert people.sign_in.enter("anna", PASSWORD, "10.0.0.1")


def test_a_name_that_no_account_bears_is_limited_in_the_same_way(people: People, anna: None) -> None:
    said = []
    for name in ("anna", "nobody"):
        fail(people, MOST_FOR_A_NAME, name)
        with pytest.raises(TooManyAttemptsError) as raised:
            people.sign_in.enter(name, WRONG, "10.0.0.1")
        said.append(str(raised.value))
    assert said[0] == said[1]


def test_an_address_tries_so_many_names_and_then_no_more(
    people: People, anna: None, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "MOST_FROM_AN_ADDRESS", 5)
    for number in range(5):
        fail(people, 1, f"guess-{number}")
    with pytest.raises(TooManyAttemptsError):
        people.sign_in.enter("anna", PASSWORD, "10.0.0.1")
    assert people.sign_in.enter("anna", PASSWORD, "10.0.0.2"), "others are kept out, too"
    clock.go_on(seconds=WINDOW.total_seconds())
    assert people.sign_in.enter("anna", PASSWORD, "10.0.0.1")


def test_who_gets_in_begins_anew(people: People, anna: None) -> None:
    for _ in range(3):
        fail(people, MOST_FOR_A_NAME - 1)
        people.sign_in.enter("anna", PASSWORD, "10.0.0.1")


def test_a_new_password_opens_a_name_that_was_tried_too_often(people: People, anna: None) -> None:
    fail(people, MOST_FOR_A_NAME)
    given = people.accounts.reset_password("anna", HOST)
    assert people.sign_in.enter("anna", given, "10.0.0.1")


def test_all_workers_count_together_however_many_come_at_once(
    database: Database, people: People, anna: None, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []
    compare = sign_in.compare
    monkeypatch.setattr(sign_in, "compare", lambda *given: compared.append(given[0]) or compare(*given))
    workers = [SignIn(database, people.sessions, clock) for _ in range(2)]

    def guess(number: int) -> None:
        with suppress(SignInRefusedError, TooManyAttemptsError):
            workers[number % 2].enter("anna", f"{WRONG} {number}", f"10.0.1.{number}")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(guess, range(30)))
    assert len(compared) == MOST_FOR_A_NAME


def test_what_is_typed_is_kept_nowhere(people: People, anna: None, database: Database, noted: Noted) -> None:
    # Now and then a password is typed where the name belongs.
    for name, password in [("anna", WRONG), (PASSWORD, WRONG)]:
        with pytest.raises(SignInRefusedError):
            people.sign_in.enter(name, password, "10.0.0.1")
    with database.reading() as connection:
        kept = str(connection.execute(select(sign_in_attempts)).all()) + str(noted())
    assert PASSWORD not in kept
    assert WRONG not in kept


def test_every_way_in_and_out_is_noted(people: People, anna: None, noted: Noted) -> None:
    fail(people, 1)
    fail(people, 1, "nobody")
    token = people.sign_in.enter("anna", PASSWORD, "10.0.0.1")
    token = people.sign_in.change_password(people.sessions.find(token), PASSWORD, NEW, "10.0.0.2")
    with pytest.raises(SignInRefusedError):
        people.sign_in.change_password(people.sessions.find(token), WRONG, PASSWORD, "10.0.0.2")
    people.sign_in.leave(token, "10.0.0.2")
    people.sign_in.leave(token, "10.0.0.2")
    token = people.sign_in.enter("anna", NEW, "10.0.0.3")
    people.sign_in.enter("anna", NEW, "10.0.0.3", instead_of=token)
    assert noted()[1:] == [
        ("nobody", None, "10.0.0.1", "sign_in_failed", "anna", {}),
        ("nobody", None, "10.0.0.1", "sign_in_failed", None, {}),
        ("person", "anna", "10.0.0.1", "signed_in", "anna", {}),
        ("person", "anna", "10.0.0.2", "password_changed", "anna", {}),
        ("person", "anna", "10.0.0.2", "sign_in_failed", "anna", {}),
        ("person", "anna", "10.0.0.2", "signed_out", "anna", {}),
        ("person", "anna", "10.0.0.3", "signed_in", "anna", {}),
        ("person", "anna", "10.0.0.3", "signed_out", "anna", {}),
        ("person", "anna", "10.0.0.3", "signed_in", "anna", {}),
    ]


def test_the_last_way_in_stands_with_the_account(people: People, anna: None, clock: Clock) -> None:
    people.sign_in.enter("anna", PASSWORD, "10.0.0.1")
    (account,) = people.accounts.all()
    assert (account.signed_in_at, account.signed_in_from) == (clock.now, "10.0.0.1")


def test_who_chooses_a_password_is_signed_in_with_it_and_nowhere_else(people: People) -> None:
    given = people.accounts.add("anna", Role.OPERATOR, HOST)
    first, elsewhere = (people.sign_in.enter("anna", given, None) for _ in range(2))
    assert people.sessions.find(first).password_is_due
    token = people.sign_in.change_password(people.sessions.find(first), given, NEW, None)
    assert not people.sessions.find(token).password_is_due
    for ended in (first, elsewhere):
        with pytest.raises(SessionRefusedError):
            people.sessions.find(ended)
    with pytest.raises(SignInRefusedError):
        people.sign_in.enter("anna", given, None)
    assert people.sign_in.enter("anna", NEW, None)


def test_a_chosen_password_is_another_one_that_keeps_the_rules(people: People, anna: None) -> None:
    session = people.sessions.find(people.sign_in.enter("anna", PASSWORD, None))
    for new, says in [(PASSWORD, "another than the current one"), ("short", "12 to 128"), ("anna " * 4, "name")]:
        with pytest.raises(BadInputError, match=says):
            people.sign_in.change_password(session, PASSWORD, new, None)


def test_the_current_password_cannot_be_guessed_from_an_open_page(people: People, anna: None) -> None:
    session = people.sessions.find(people.sign_in.enter("anna", PASSWORD, None))
    for _ in range(MOST_FOR_A_NAME):
        with pytest.raises(SignInRefusedError):
            people.sign_in.change_password(session, WRONG, NEW, None)
    with pytest.raises(TooManyAttemptsError):
        people.sign_in.change_password(session, PASSWORD, NEW, None)


@pytest.mark.parametrize("change", ["deactivate", "reset_password"])
def test_who_is_shut_out_while_the_password_is_compared_stays_out(
    people: People, anna: None, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    compare = sign_in.compare

    def meanwhile(*given: Any) -> Any:
        getattr(people.accounts, change)("anna", HOST)
        return compare(*given)

    monkeypatch.setattr(sign_in, "compare", meanwhile)
    with pytest.raises(SignInRefusedError):
        people.sign_in.enter("anna", PASSWORD, None)


def test_a_password_that_was_kept_at_a_lower_cost_is_kept_anew(
    people: People, anna: None, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in, "compare", lambda *given: (True, "$argon2id$stronger"))
    people.sign_in.enter("anna", PASSWORD, None)
    with database.reading() as connection:
        assert connection.scalar(select(accounts.c.password_hash)) == "$argon2id$stronger"
