"""The command line ``parcelray``: one module for each command, in this folder.

A command's module imports what it works with inside its function, never at its top: ``parcelray --help`` is quick, and
``parcelray serve`` starts where torch is not installed.
"""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from parcelray.client.errors import ClientError
from parcelray.models.errors import ParcelrayError
from parcelray.scripts import data, database, keys, registry, revisions, seizures, synth, users
from parcelray.scripts.backup import backup, restore
from parcelray.scripts.detect import detect
from parcelray.scripts.evaluate import evaluate
from parcelray.scripts.export import export
from parcelray.scripts.gate import gate
from parcelray.scripts.retrain import retrain
from parcelray.scripts.serve import serve
from parcelray.scripts.settings import settings
from parcelray.scripts.train import train
from parcelray.scripts.watch import watch

EXIT_REFUSED = 2


class OneLineErrors(TyperGroup):
    """Says in one line what was wrong with what was given, and exits with code 2. Faults of ours keep their trace."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was named."""
        try:
            return super().invoke(ctx)
        except (ParcelrayError, ClientError) as error:
            typer.echo(f"parcelray: {' '.join(str(error).split())}", err=True)
            raise typer.Exit(EXIT_REFUSED) from error


app = typer.Typer(
    cls=OneLineErrors,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    # Docstrings are broken into lines for the source; on a terminal paragraphs flow.
    rich_markup_mode="markdown",
    help="Boxes what may be contraband in X-ray scans of parcels, and leaves the decision to the officer.",
)
for command in (serve, settings, watch, backup, restore, detect, evaluate, train, retrain, export, gate):
    app.command()(command)
app.add_typer(data.app, name="data")
app.add_typer(revisions.app, name="revision")
app.add_typer(keys.app, name="keys")
app.add_typer(users.app, name="users")
app.add_typer(registry.app, name="models")
app.add_typer(seizures.app, name="seizures")
app.add_typer(synth.app, name="synth")
app.add_typer(database.app, name="database")


def main() -> None:
    """What the installed command ``parcelray`` calls."""
    app()
