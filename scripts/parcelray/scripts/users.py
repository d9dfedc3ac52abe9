"""``parcelray users``: the people who may sign in to the service, and what they work as."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parcelray.scripts.settings import ConfigFile, DataDir

if TYPE_CHECKING:
    from parcelray.serving.people.accounts import Account, Accounts
    from parcelray.serving.people.audit import Actor
    from parcelray.serving.people.roles import Role

app = typer.Typer(
    no_args_is_help=True,
    help="Add, list and deactivate the people who may sign in to the service; change their roles and passwords, and "
    "sign them out.",
)

Name = Annotated[str, typer.Argument(help="The account's name.")]
RoleName = Annotated[
    str,
    typer.Option(
        "--role",
        help="What they work as. operator: reads scans; supervisor, auditor: the same; engineer: also tries views "
        "without storing them, and sees figures; admin: manages accounts and keys, and reads no scan.",
    ),
]
Prompt = Annotated[bool, typer.Option("--prompt", help="Ask for the password, instead of making one that serves once.")]
_ONCE = "It serves once: who signs in with it has to choose another. It cannot be shown again."


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="What they type to sign in: a-z, 0-9, dot, underscore, hyphen.")],
    role: RoleName = "operator",
    prompt: Prompt = False,
    config: ConfigFile = None,
    data_dir: DataDir = None,
) -> None:
    """Make an account, and print a password that serves once, alone, on standard output.

    It works at once, also where the service is already running.
    """
    with _opened_accounts(config, data_dir) as (accounts, by):
        wanted = _role(role)
        password = accounts.add(name, wanted, by, password=_ask() if prompt else None)
    typer.echo(f"Account of {name}, {wanted}.{'' if prompt else f' {_ONCE}'}", err=True)
    if not prompt:
        typer.echo(password)


@app.command("list")
def list_users(config: ConfigFile = None, data_dir: DataDir = None) -> None:
    """List all accounts: what their holders work as, when they were made, and when they were last used, from where."""
    with _opened_accounts(config, data_dir) as (accounts, _):
        found = accounts.all()
    if not found:
        typer.echo("No accounts yet. To make one: parcelray users add NAME --role ROLE", err=True)
    name_width = max((len(account.name) for account in found), default=0)
    for account in found:
        typer.echo(f"{account.name:<{name_width}}  {account.role:<10}  {_history_of(account)}")


@app.command()
def role(
    name: Name,
    to: Annotated[str, typer.Argument(metavar="ROLE", help="What they work as from now on.")],
    config: ConfigFile = None,
    data_dir: DataDir = None,
) -> None:
    """Change what somebody works as. They are signed out."""
    with _opened_accounts(config, data_dir) as (accounts, by):
        accounts.set_role(name, _role(to), by)
    typer.echo(f"{name} is {to} from now on.", err=True)


@app.command()
def deactivate(name: Name, config: ConfigFile = None, data_dir: DataDir = None) -> None:
    """Shut an account for good; its holder is signed out. Its name and what its holder did stay on record."""
    with _opened_accounts(config, data_dir) as (accounts, by):
        accounts.deactivate(name, by)
    typer.echo(f"{name} cannot sign in from now on.", err=True)


@app.command()
def password(name: Name, prompt: Prompt = False, config: ConfigFile = None, data_dir: DataDir = None) -> None:
    """Give somebody a new password, and print it, alone, on standard output. They are signed out."""
    with _opened_accounts(config, data_dir) as (accounts, by):
        given = accounts.reset_password(name, by, password=_ask() if prompt else None)
    typer.echo(f"New password of {name}.{'' if prompt else f' {_ONCE}'}", err=True)
    if not prompt:
        typer.echo(given)


@app.command()
def logout(name: Name, config: ConfigFile = None, data_dir: DataDir = None) -> None:
    """Sign somebody out, wherever they are signed in."""
    with _opened_accounts(config, data_dir) as (accounts, by):
        ended = accounts.sign_out(name, by)
    typer.echo(f"{name} is signed out; sessions that ended: {ended}.", err=True)


def _ask() -> str:
    typed: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return typed


def _role(name: str) -> Role:
    from parcelray.models.errors import BadInputError
    from parcelray.serving.people.roles import Role

    if name not in tuple(Role):
        raise BadInputError("role", expected=f"one of {', '.join(Role)}", got=repr(name))
    return Role(name)


@contextmanager
def _opened_accounts(config: Path | None, data_dir: Path | None) -> Iterator[tuple[Accounts, Actor]]:
    """The accounts of the service's database, and who changes them here."""
    from parcelray.scripts.database import opened_database
    from parcelray.scripts.extras import needs_extra

    with needs_extra("serve"):
        from parcelray.serving.people.accounts import Accounts
        from parcelray.serving.people.audit import Actor

    with opened_database(config, data_dir) as database:
        yield Accounts(database), Actor.host_user()


def _history_of(account: Account) -> str:
    history = [f"made {account.created_at:%Y-%m-%d %H:%M} UTC"]
    if account.signed_in_at is None:
        history.append("never signed in")
    else:
        address = account.signed_in_from or "an unknown address"
        history.append(f"last signed in {account.signed_in_at:%Y-%m-%d %H:%M} from {address}")
    if account.deactivated_at is not None:
        history.append(f"deactivated {account.deactivated_at:%Y-%m-%d %H:%M}")
    elif account.password_set_at is None:
        history.append("has a password that serves once")
    return ", ".join(history)
