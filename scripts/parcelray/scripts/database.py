"""``parcelray database``: the tables that records and keys lie in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parcelray.scripts.settings import ConfigFile, DataDir

if TYPE_CHECKING:
    from parcelray.serving.store.database import Database

app = typer.Typer(
    no_args_is_help=True,
    help="Show, upgrade and downgrade the tables of the database. `parcelray serve` upgrades them by itself.",
)


@app.command()
def status(config: ConfigFile = None, data_dir: DataDir = None) -> None:
    """Show at which revision the database is, and which ones this version knows."""
    with opened_database(config, data_dir, as_it_is=True) as database:
        from parcelray.serving.store import migrate

        current = migrate.current_revision(database)
        known = migrate.known_revisions()
    typer.echo(f"database at revision {current}; this version knows {', '.join(known)}")


@app.command()
def upgrade(config: ConfigFile = None, data_dir: DataDir = None) -> None:
    """Bring the tables to the newest revision. Nothing happens where they are."""
    with opened_database(config, data_dir) as database:
        from parcelray.serving.store import migrate

        typer.echo(f"database at revision {migrate.current_revision(database)}")


@app.command()
def downgrade(
    revision: Annotated[str, typer.Argument(help="As `parcelray database status` names it; `nothing` removes all.")],
    config: ConfigFile = None,
    data_dir: DataDir = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Bring the tables back to those of an older version. What only the newer one keeps is lost: make a backup first.

    Stop the service before.
    """
    if not yes:
        typer.confirm(f"What revisions after {revision} keep will be removed. Go on?", abort=True)
    with opened_database(config, data_dir, as_it_is=True) as database:
        from parcelray.serving.store import migrate

        migrate.downgrade(database, revision)
        typer.echo(f"database at revision {migrate.current_revision(database)}")


@contextmanager
def opened_database(config: Path | None, data_dir: Path | None, *, as_it_is: bool = False) -> Iterator[Database]:
    """The service's database, upgraded unless it is to be taken as it is.

    Raises:
        BadInputError: a setting that cannot be.
        SetupError: the folder cannot be written, the database does not answer, or an extra is not installed.
    """
    from parcelray.scripts.extras import needs_extra

    with needs_extra("serve"):
        from parcelray.serving.settings import load_settings
        from parcelray.serving.store.database import database_of
        from parcelray.serving.store.store import make_data_dir, open_database

    settings = load_settings(config=config, data_dir=data_dir)
    url = None if settings.database_url is None else settings.database_url.get_secret_value()
    if as_it_is:
        make_data_dir(settings.data_dir)
        database = database_of(url, settings.data_dir)
    else:
        database = open_database(settings.data_dir, url)
    try:
        yield database
    finally:
        database.close()
