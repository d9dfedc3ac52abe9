"""``parcelray keys``: who may call the service, and for what."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parcelray.scripts.settings import ConfigFile, DataDir

if TYPE_CHECKING:
    from parcelray.serving.people.audit import Actor
    from parcelray.serving.security.keys import Key, KeyRing

app = typer.Typer(no_args_is_help=True, help="Make, list, rotate and revoke the keys that callers show to the service.")

Name = Annotated[str, typer.Argument(help="The key's name.")]
_HELD = "Note it now: it cannot be shown again. Its holder sends it with each request, in the header X-API-Key."


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="Whose key it is, such as hub-3-scanner-1. Each name once.")],
    scope: Annotated[
        str,
        typer.Option(
            help="What it is for. workstation: sends scans and reads what it sent; reader: reads all scans; "
            "engineer: reads all, tries views without storing them, sees figures; admin: reads all, manages keys."
        ),
    ] = "workstation",
    config: ConfigFile = None,
    data_dir: DataDir = None,
) -> None:
    """Make a key and print it, alone, on standard output.

    The key is shown this once: the service keeps only a sum of it. It works at once, also where the service is already
    running.
    """
    from parcelray.models.errors import BadInputError

    with _opened_keys(config, data_dir) as (ring, by):
        from parcelray.serving.security.keys import Scope

        if scope not in tuple(Scope):
            raise BadInputError("--scope", expected=f"one of {', '.join(Scope)}", got=repr(scope))
        key = ring.create(name, Scope(scope), by)
    typer.echo(f"Key of {name}, of scope {scope}. {_HELD}", err=True)
    typer.echo(key)


@app.command("list")
def list_keys(config: ConfigFile = None, data_dir: DataDir = None) -> None:
    """List all keys: what they are for, when they were made and last used, and from where."""
    with _opened_keys(config, data_dir) as (ring, _):
        keys = ring.all()
    if not keys:
        typer.echo("No keys yet. To make one: parcelray keys create NAME", err=True)
    name_width = max((len(key.name) for key in keys), default=0)
    for key in keys:
        typer.echo(f"{key.name:<{name_width}}  {key.scope:<11}  {_history_of(key)}")


@app.command()
def rotate(name: Name, config: ConfigFile = None, data_dir: DataDir = None) -> None:
    """Give a key a new secret and print it, alone, on standard output. The old one is refused at once."""
    with _opened_keys(config, data_dir) as (ring, by):
        key, secret = ring.rotate(name, by)
    typer.echo(f"New key of {key.name}, of scope {key.scope}; the old one is refused from now on. {_HELD}", err=True)
    typer.echo(secret)


@app.command()
def revoke(name: Name, config: ConfigFile = None, data_dir: DataDir = None) -> None:
    """Let a key in no more, from now on. Its name and the scans that it sent stay on record."""
    with _opened_keys(config, data_dir) as (ring, by):
        ring.revoke(name, by)
    typer.echo(f"The key of {name} is refused from now on.", err=True)


@contextmanager
def _opened_keys(config: Path | None, data_dir: Path | None) -> Iterator[tuple[KeyRing, Actor]]:
    from parcelray.scripts.database import opened_database
    from parcelray.scripts.extras import needs_extra

    with needs_extra("serve"):
        from parcelray.serving.people.audit import Actor
        from parcelray.serving.security.keys import KeyRing

    with opened_database(config, data_dir) as database:
        yield KeyRing(database), Actor.host_user()


def _history_of(key: Key) -> str:
    history = [f"made {key.created_at:%Y-%m-%d %H:%M} UTC"]
    if key.rotated_at is not None:
        history.append(f"rotated {key.rotated_at:%Y-%m-%d %H:%M}")
    if key.last_used_at is None:
        history.append("never used")
    else:
        history.append(f"last used {key.last_used_at:%Y-%m-%d %H:%M} from {key.last_used_from or 'an unknown address'}")
    if key.revoked_at is not None:
        history.append(f"revoked {key.revoked_at:%Y-%m-%d %H:%M}")
    return ", ".join(history)
