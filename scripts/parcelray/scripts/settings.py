"""``parcelray settings``: what is set, and where; and the options for it, which other commands share."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from parcelray.serving.settings import InForce

MODEL_REFERENCE = "its folder, its number in the data folder, an alias such as champion, or release-0002"
ConfigFile = Annotated[
    Path | None,
    typer.Option(help="TOML file with settings of the service. Default: PARCELRAY_CONFIG; without either, no file."),
]
Host = Annotated[
    str | None,
    typer.Option(help="Address to listen on; 0.0.0.0 for all networks. Default: 127.0.0.1, this machine only."),
]
Port = Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one. Default: 8080.")]
DataDir = Annotated[
    Path | None,
    typer.Option(
        help="Folder where the service keeps what it keeps. "
        "Default: PARCELRAY_DATA_DIR, or parcelray's folder among your user data."
    ),
]

ServedModel = Annotated[
    Path | None,
    typer.Option(help="Folder of a model package. Default: the champion of the data folder (`parcelray models`)."),
]


def settings(
    config: ConfigFile = None,
    host: Host = None,
    port: Port = None,
    data_dir: DataDir = None,
    model: ServedModel = None,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print the reference of all settings instead, as in docs/settings.md.")
    ] = False,
) -> None:
    """Show every setting of the service, its value, and where it comes from: option, environment, file or default.

    Give it the options and the environment that `parcelray serve` gets. Secrets are not shown.
    """
    from parcelray.scripts.extras import needs_extra

    with needs_extra("serve"):
        from parcelray.serving.settings import settings_in_force

    if markdown:
        typer.echo(_reference())
        return
    found = settings_in_force(config=config, host=host, port=port, data_dir=data_dir, model=model)
    rows = [(one.name, _text(one), str(one.origin)) for one in found]
    if sys.stdout.isatty():
        _show_table(rows)
    else:
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _text(setting: InForce) -> str:
    from parcelray.serving.settings_reference import NOTHING

    return NOTHING if setting.value is None else str(setting.value)


def _show_table(rows: list[tuple[str, str, str]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("setting", "value", "from")
    for row in rows:
        # As Text: a value in square brackets is no markup.
        table.add_row(*map(Text, row))
    Console().print(table)


def _reference() -> str:
    from parcelray.serving.settings_reference import NOTHING, reference

    options = inspect.signature(settings).parameters
    rows = [("setting", "environment variable", "option", "type", "default", "limits", "what it is"), ("---",) * 7]
    for one in reference():
        option = f"`--{one.name.replace('_', '-')}`" if one.name in options else NOTHING
        default = one.default if one.default == NOTHING else f"`{one.default}`"
        rows.append((f"`{one.name}`", f"`{one.variable}`", option, one.type, default, one.limits, one.description))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
