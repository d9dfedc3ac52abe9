"""``parcelray keys``: who may call the service."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Make and list the keys that scanner workstations show to the service.")

DataDir = Annotated[
    Path | None,
    typer.Option(
        help="Folder where the service keeps its keys; the same as for `parcelray serve`. "
        "Default: PARCELRAY_DATA_DIR, or parcelray's folder among your user data.",
        show_default=False,
    ),
]


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="Whose key it is, such as hub-3-scanner-1. Each name once.")],
    data_dir: DataDir = None,
) -> None:
    """Make a key and print it, alone, on standard output.

    The key is shown this once: the service keeps only a sum of it. It works at once, also where the service is already
    running.
    """
    from parcelray.serving.security.keys import KeyRing
    from parcelray.serving.settings import load_settings

    ring = KeyRing(load_settings(data_dir=data_dir).data_dir)
    key = ring.create(name)
    typer.echo(f"Key of {name}, kept in {ring.path} as a sum only: note it now, it cannot be shown again.", err=True)
    typer.echo("The workstation sends it with each request, in the header X-API-Key.", err=True)
    typer.echo(key)


@app.command("list")
def list_keys(data_dir: DataDir = None) -> None:
    """List the names of all keys and when they were made."""
    from parcelray.serving.security.keys import KeyRing
    from parcelray.serving.settings import load_settings

    ring = KeyRing(load_settings(data_dir=data_dir).data_dir)
    for key in ring.all():
        typer.echo(f"{key.created_at:%Y-%m-%d %H:%M} UTC  {key.name}")
    if not ring.all():
        typer.echo(f"No keys in {ring.path} yet. To make one: parcelray keys create NAME", err=True)
