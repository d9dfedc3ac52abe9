from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import select
from typer.testing import CliRunner

from parcelray.models.errors import SessionRefusedError, SignInRefusedError
from parcelray.scripts.main import app
from parcelray.serving.people.accounts import Account, Accounts
from parcelray.serving.people.clock import utc_now
from parcelray.serving.people.roles import Role
from parcelray.serving.people.sessions import Session, Sessions
from parcelray.serving.people.sign_in import SignIn
from parcelray.serving.store.store import open_database
from parcelray.serving.store.tables import audit
from support.people import PASSWORD


def users(folder: Path, *arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(app, ["users", *arguments, "--data-dir", str(folder)], input=typed)


def enter(folder: Path, name: str, password: str) -> tuple[str, Session]:
    """Sign in; the token, and whose it is."""
    with closing(open_database(folder, None)) as database:
        sessions = Sessions(database, utc_now, idle=timedelta(hours=1), longest=timedelta(hours=1))
        token = SignIn(database, sessions, utc_now).enter(name, password, "10.0.0.7")
        return token, sessions.find(token)


def find(folder: Path, token: str) -> Session:
    with closing(open_database(folder, None)) as database:
        return Sessions(database, utc_now, idle=timedelta(hours=1), longest=timedelta(hours=1)).find(token)


def accounts(folder: Path) -> tuple[Account, ...]:
    with closing(open_database(folder, None)) as database:
        return Accounts(database).all()


def test_add_prints_a_password_that_serves_once_alone(tmp_path: Path) -> None:
    done = users(tmp_path, "add", "anna", "--role", "admin")
    assert done.exit_code == 0
    password = done.stdout.removesuffix("\n")
    assert password.split() == [password]
    assert password not in done.stderr
    assert "has to choose another" in done.stderr
    _, session = enter(tmp_path, "anna", password)
    assert (session.role, session.password_is_due) == (Role.ADMIN, True)


def test_add_asks_for_a_password_twice_where_it_should(tmp_path: Path) -> None:
    done = users(tmp_path, "add", "anna", "--prompt", typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert done.exit_code == 0
    assert PASSWORD not in done.output
    _, session = enter(tmp_path, "anna", PASSWORD)
    assert (session.role, session.password_is_due) == (Role.OPERATOR, False)
    refused = users(tmp_path, "add", "boris", "--prompt", typed="short\nshort\n")
    assert refused.exit_code == 2
    assert "new password: expected 12 to 128 characters, got 5" in refused.stderr
    assert [account.name for account in accounts(tmp_path)] == ["anna"]


def test_list_tells_of_each_account(tmp_path: Path) -> None:
    password = users(tmp_path, "add", "anna").stdout.strip()
    users(tmp_path, "add", "boris", "--role", "supervisor")
    enter(tmp_path, "anna", password)
    users(tmp_path, "deactivate", "boris")
    first, second = sorted(users(tmp_path, "list").stdout.splitlines())
    assert first.startswith("anna   operator    made 20")
    assert first.endswith("from 10.0.0.7, has a password that serves once")
    assert second.split()[:2] == ["boris", "supervisor"]
    assert "never signed in, deactivated 20" in second


def test_list_says_how_to_make_the_first(tmp_path: Path) -> None:
    done = users(tmp_path, "list")
    assert done.exit_code == 0
    assert "parcelray users add NAME" in done.stderr


@pytest.mark.parametrize("change", [["role", "anna", "engineer"], ["logout", "anna"], ["password", "anna"]])
def test_whoever_is_changed_is_signed_out(tmp_path: Path, change: list[str]) -> None:
    password = users(tmp_path, "add", "anna").stdout.strip()
    token, _ = enter(tmp_path, "anna", password)
    done = users(tmp_path, *change)
    assert done.exit_code == 0
    with pytest.raises(SessionRefusedError):
        find(tmp_path, token)
    _, session = enter(tmp_path, "anna", done.stdout.strip() or password)
    assert session.role is (Role.ENGINEER if change[0] == "role" else Role.OPERATOR)


def test_who_was_deactivated_cannot_sign_in(tmp_path: Path) -> None:
    password = users(tmp_path, "add", "anna").stdout.strip()
    assert users(tmp_path, "deactivate", "anna").exit_code == 0
    with pytest.raises(SignInRefusedError):
        enter(tmp_path, "anna", password)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["add", "<script>"], "account name: expected 1 to 64 of a-z"),
        (["add", "anna", "--role", "god"], "role: expected one of operator, supervisor, engineer, auditor, admin"),
        (["role", "nobody", "admin"], "account 'nobody': expected the name of an active account, found none"),
        (["logout", "nobody"], "account 'nobody': expected"),
    ],
)
def test_what_cannot_be_is_one_line(tmp_path: Path, arguments: list[str], says: str) -> None:
    done = users(tmp_path, *arguments)
    assert done.exit_code == 2
    (line,) = done.stderr.splitlines()
    assert says in line


def test_what_is_done_here_is_noted_under_the_hosts_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "olga")
    users(tmp_path, "add", "anna")
    with closing(open_database(tmp_path, None)) as database, database.reading() as connection:
        row = connection.execute(select(audit)).mappings().one()
    assert (row["actor_kind"], row["actor"], row["action"], row["subject"]) == ("host", "olga", "account_added", "anna")
