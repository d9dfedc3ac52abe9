"""``parcelray backup`` and ``parcelray restore``: what the service keeps, copied while it runs, and put back."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parcelray.scripts.settings import ConfigFile, DataDir

if TYPE_CHECKING:
    from parcelray.serving.store.database import Database
    from parcelray.serving.store.snapshot import Report, Snapshot

EXIT_INCOMPLETE = 1
# Between two lines where there is no terminal: cron mails whatever is said, so a quick backup says one line.
_LINE_EVERY_S = 30.0


def backup(
    destination: Annotated[
        Path, typer.Argument(metavar="DEST", help="Backup folder; images that it has already are not copied again.")
    ],
    config: ConfigFile = None,
    data_dir: DataDir = None,
) -> None:
    """Add a snapshot of all records, images and keys to a backup folder, while the service runs.

    Exits with 0 if all is in it, with 1 if images were missing or damaged in the service's own folder (each is named,
    and all else is in the backup), and with 2 if no backup was made.
    """
    from parcelray.scripts.extras import needs_extra

    with needs_extra("serve"):
        from parcelray.serving.store.backup import back_up

    with _opened(config, data_dir) as (folder, database), _shown("backup") as report:
        done = back_up(database, folder, destination, report=report)
    typer.echo(f"backup {done.name} in {destination}: {_contents_of(done.snapshot)}; images copied: {done.copied}")
    if done.missing:
        _tell_of_missing(done.missing, f"{len(done.missing)} images are not in this backup")
        raise typer.Exit(EXIT_INCOMPLETE)


def restore(
    source: Annotated[Path, typer.Argument(metavar="SOURCE", help="Folder that `parcelray backup` has written to.")],
    snapshot: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="A folder in SOURCE/snapshots. Default: the newest one that is whole."),
    ] = None,
    config: ConfigFile = None,
    data_dir: DataDir = None,
) -> None:
    """Fill an empty database and an image folder from a backup, whichever database it was made of.

    The data folder and the database are those of the settings, as for `parcelray serve`: start that afterwards. What
    does not fit or is damaged is refused before a row is written. Exits with 0 if all was restored, with 1 if images
    in the backup are damaged (each is named, and all else was restored), and with 2 if nothing was restored.
    """
    from parcelray.scripts.extras import needs_extra

    with needs_extra("serve"):
        from parcelray.serving.store.restore import restore as restore_snapshot
        from parcelray.serving.store.store import make_data_dir

    with _opened(config, data_dir) as (folder, database), _shown("restore") as report:
        make_data_dir(folder)
        done = restore_snapshot(database, folder, source, snapshot, report=report)
    typer.echo(f"restored backup {done.name} into {folder}: {_contents_of(done.snapshot)}")
    known = {sha256: why for sha256, why in done.missing.items() if sha256 in done.snapshot.missing_images}
    if known:
        _tell_of_missing(known, f"{len(known)} images were missing when the backup was made")
    damaged = {sha256: why for sha256, why in done.missing.items() if sha256 not in known}
    if damaged:
        _tell_of_missing(damaged, f"{len(damaged)} images of the backup could not be restored")
        raise typer.Exit(EXIT_INCOMPLETE)


@contextmanager
def _opened(config: Path | None, data_dir: Path | None) -> Iterator[tuple[Path, Database]]:
    """The data folder and the database of the settings, both taken as they are."""
    from parcelray.scripts.extras import needs_extra

    with needs_extra("serve"):
        from parcelray.serving.settings import load_settings
        from parcelray.serving.store.database import database_of

    settings = load_settings(config=config, data_dir=data_dir)
    url = settings.database_url
    database = database_of(None if url is None else url.get_secret_value(), settings.data_dir)
    try:
        yield settings.data_dir, database
    finally:
        database.close()


def _contents_of(snapshot: Snapshot) -> str:
    scans = snapshot.tables["scans"].rows
    return f"{scans} scans, {snapshot.images} images of {snapshot.image_bytes / 1e6:.1f} MB"


def _tell_of_missing(missing: Mapping[str, str], summary: str) -> None:
    for why in missing.values():
        typer.echo(f"parcelray: {why}", err=True)
    typer.echo(f"parcelray: {summary}", err=True)


@contextmanager
def _shown(title: str) -> Iterator[Report]:
    """Shows how far it is: bars on a terminal, a line now and then elsewhere."""
    if not sys.stderr.isatty():
        yield _lines(title)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:
        tasks = {}

        def advance(what: str, done: int, total: int | None) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(f"{title}: {what}", total=total)
            bars.update(tasks[what], completed=done)

        yield advance


def _lines(title: str) -> Report:
    last = time.monotonic()

    def advance(what: str, done: int, total: int | None) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= _LINE_EVERY_S:
            last = now
            typer.echo(f"{title}: {done}{'' if total is None else f' of {total}'} {what}", err=True)

    return advance
