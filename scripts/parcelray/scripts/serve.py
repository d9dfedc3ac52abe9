"""``parcelray serve``: the service in this process, until it is told to stop."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from parcelray.scripts.settings import ConfigFile, DataDir, Host, Port, ServedModel

if TYPE_CHECKING:
    from parcelray.serving.people.accounts import Accounts
    from parcelray.serving.security.keys import KeyRing

FIRST_KEY = "first-workstation"


def serve(
    config: ConfigFile = None,
    host: Host = None,
    port: Port = None,
    data_dir: DataDir = None,
    model: ServedModel = None,
) -> None:
    """Start the service: scans come in over HTTP, boxes go back. Ctrl+C stops it.

    Everything can be set in the environment (PARCELRAY_HOST, PARCELRAY_MAX_BODY_BYTES, …) or in a file (--config)
    instead: `parcelray settings` shows all. An option given here goes before.

    The database has no option, as all users of a machine see the options of a command, and its address holds a
    password: set PARCELRAY_DATABASE_URL or PARCELRAY_DATABASE_URL_FILE. Without, it is a file in the data folder.
    """
    from parcelray.scripts.extras import needs_extra

    with needs_extra("serve"):
        from parcelray.serving.app import create_app
        from parcelray.serving.logs import configure_logging
        from parcelray.serving.server import listen, run, url_of
        from parcelray.serving.settings import load_settings

    settings = load_settings(config=config, host=host, port=port, data_dir=data_dir, model=model)
    configure_logging()
    app = create_app(settings)

    def announce() -> None:
        url = url_of(settings.host, listener.getsockname()[1])
        typer.echo(f"parcelray serves {app.state.models.served} on {url} (Ctrl+C stops it)")
        introduce_keys(app.state.keys, settings.data_dir)
        introduce_people(app.state.people.accounts, settings.data_dir)

    with listen(settings.host, settings.port) as listener:
        run(
            app,
            listener,
            forwarded_from=settings.forwarded_from,
            grace_s=settings.shutdown_grace_s,
            on_ready=announce,
        )


def introduce_keys(ring: KeyRing, data_dir: Path) -> None:
    """Where there is no key yet: make one if a person is watching, else say how. A key must not end in a log file."""
    if ring.all():
        return
    if sys.stdout.isatty():
        from parcelray.serving.people.audit import Actor
        from parcelray.serving.security.keys import Scope

        key = ring.create(FIRST_KEY, Scope.WORKSTATION, Actor.host_user())
        typer.echo(f"Key for the header X-API-Key, shown this once: {key}")
    else:
        typer.echo(f"There is no key yet. To make one: {_command('keys', 'create', 'NAME', data_dir=data_dir)}")


def introduce_people(accounts: Accounts, data_dir: Path) -> None:
    """Where nobody can sign in yet: say how the first admin's account is made."""
    if not accounts.all():
        line = _command("users", "add", "NAME", "--role", "admin", data_dir=data_dir)
        typer.echo(f"There is no account yet. To make the first admin's: {line}")


def _command(*words: str, data_dir: Path) -> str:
    program = sys.argv[0] if Path(sys.argv[0]).name == "parcelray" else "parcelray"
    return shlex.join([program, *words, "--data-dir", str(data_dir)])
