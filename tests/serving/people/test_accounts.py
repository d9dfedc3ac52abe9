from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from parcelray.models.errors import BadInputError, NotFoundError, SessionRefusedError, SignInRefusedError
from parcelray.serving.people.people import People
from parcelray.serving.people.roles import Role
from parcelray.serving.store.database import Database
from parcelray.serving.store.tables import accounts
from support.people import HOST, PASSWORD, Clock

Noted = Callable[[], list[tuple[Any, ...]]]


def test_an_account_is_made_and_kept_without_its_password(people: People, database: Database, clock: Clock) -> None:
    password = people.accounts.add("anna", Role.OPERATOR, HOST)
    clock.go_on(minutes=1)
    assert people.accounts.add("boris", Role.AUDITOR, HOST, password=PASSWORD) == PASSWORD
    anna, boris = people.accounts.all()
    assert (anna.name, anna.role, anna.password_set_at) == ("anna", Role.OPERATOR, None)
    assert (boris.name, boris.role, boris.password_set_at) == ("boris", Role.AUDITOR, clock.now)
    with database.reading() as connection:
        kept = str(connection.execute(select(accounts)).all())
    assert password not in kept
    assert PASSWORD not in kept
    assert kept.count("$argon2id$") == 2


def test_a_name_is_such_that_nothing_can_be_hidden_in_it(people: People) -> None:
    script, no_latin_a = "<script>alert(1)</script>", "\u0430nna"
    for name in ("", " ", "Anna", script, "anna\n", "a b", "a/b", "-anna", no_latin_a, "a" * 65, "a\0", "anna'--"):
        with pytest.raises(BadInputError, match="account name: expected 1 to 64 of a-z"):
            people.accounts.add(name, Role.OPERATOR, HOST)
    assert people.accounts.all() == ()


def test_each_name_once_also_when_it_was_deactivated(people: People) -> None:
    people.accounts.add("anna", Role.OPERATOR, HOST)
    for _ in range(2):
        with pytest.raises(BadInputError, match="one that no account bears or bore, got 'anna'"):
            people.accounts.add("anna", Role.ADMIN, HOST)
        if people.accounts.all()[0].deactivated_at is None:
            people.accounts.deactivate("anna", HOST)
    (anna,) = people.accounts.all()
    assert anna.role is Role.OPERATOR


def test_a_chosen_password_keeps_the_rules(people: People) -> None:
    with pytest.raises(BadInputError, match="without the account's name"):
        people.accounts.add("anna", Role.OPERATOR, HOST, password="anna and the others")
    people.accounts.add("anna", Role.OPERATOR, HOST)
    with pytest.raises(BadInputError, match="12 to 128 characters"):
        people.accounts.reset_password("anna", HOST, password="short")


def test_whoever_is_changed_is_signed_out_everywhere_and_nobody_else_is(people: People) -> None:
    changes: dict[str, Callable[[str], Any]] = {
        "of-another-role": lambda name: people.accounts.set_role(name, Role.SUPERVISOR, HOST),
        "with-another-key": lambda name: people.accounts.reset_password(name, HOST),
        "gone": lambda name: people.accounts.deactivate(name, HOST),
        "sent-away": lambda name: people.accounts.sign_out(name, HOST),
    }
    tokens = {}
    for name in (*changes, "boris"):
        people.accounts.add(name, Role.OPERATOR, HOST, password=PASSWORD)
        tokens[name] = [people.sign_in.enter(name, PASSWORD, address) for address in ("10.0.0.1", "10.0.0.2")]
    for name, change in changes.items():
        change(name)
        for token in tokens.pop(name):
            with pytest.raises(SessionRefusedError, match="not known or was ended"):
                people.sessions.find(token)
        for other in tokens:
            assert [people.sessions.find(token).name for token in tokens[other]] == [other, other]


def test_a_new_password_lets_in_and_the_old_one_no_more(people: People) -> None:
    people.accounts.add("anna", Role.OPERATOR, HOST, password=PASSWORD)
    given = people.accounts.reset_password("anna", HOST)
    with pytest.raises(SignInRefusedError):
        people.sign_in.enter("anna", PASSWORD, None)
    assert people.sessions.find(people.sign_in.enter("anna", given, None)).password_is_due


def test_what_is_done_to_nobody_is_refused(people: People) -> None:
    people.accounts.add("gone", Role.OPERATOR, HOST)
    people.accounts.deactivate("gone", HOST)
    for name in ("nobody", "gone"):
        for change in (
            people.accounts.deactivate,
            people.accounts.sign_out,
            people.accounts.reset_password,
            lambda name, by: people.accounts.set_role(name, Role.ADMIN, by),
        ):
            with pytest.raises(NotFoundError, match=f"account '{name}': expected the name of an active account"):
                change(name, HOST)


def test_all_that_is_done_to_an_account_is_noted(people: People, noted: Noted) -> None:
    people.accounts.add("anna", Role.OPERATOR, HOST)
    people.accounts.set_role("anna", Role.ADMIN, HOST)
    password = people.accounts.reset_password("anna", HOST)
    people.sign_in.enter("anna", password, "10.0.0.1")
    people.accounts.sign_out("anna", HOST)
    people.accounts.deactivate("anna", HOST)
    by_host = ("host", "root", None)
    assert noted() == [
        (*by_host, "account_added", "anna", {"role": "operator"}),
        (*by_host, "role_changed", "anna", {"from": "operator", "to": "admin"}),
        (*by_host, "password_reset", "anna", {}),
        ("person", "anna", "10.0.0.1", "signed_in", "anna", {}),
        (*by_host, "signed_out_by_force", "anna", {"sessions": "1"}),
        (*by_host, "deactivated", "anna", {}),
    ]


def test_what_fails_is_not_noted(people: People, noted: Noted) -> None:
    people.accounts.add("anna", Role.OPERATOR, HOST)
    with pytest.raises(BadInputError):
        people.accounts.add("anna", Role.OPERATOR, HOST)
    with pytest.raises(NotFoundError):
        people.accounts.set_role("boris", Role.ADMIN, HOST)
    assert len(noted()) == 1
