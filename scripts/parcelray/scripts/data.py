"""``parcelray data``: labelled scans of others come in, ours go out to labelling tools and other trainers."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from parcelray.datasets.importers.importing import ImportSummary

app = typer.Typer(no_args_is_help=True, help="Bring in labelled scans in other formats, and write ours in them.")

Out = Annotated[
    Path, typer.Option(metavar="DIR", help="The folder to write. One that was broken off goes on from there.")
]
Link = Annotated[
    bool,
    typer.Option(
        "--link/--copy", help="Make pictures second names of the same files, on one disk, or copy them (the default)."
    ),
]


@app.command("import")
def import_scans(
    source_format: Annotated[
        str,
        typer.Argument(
            metavar="FORMAT",
            help="coco, voc, yolo, cvat; or a data set as it was published: sixray, opixray, hixray, pidray, clcxray, "
            "gdxray.",
        ),
    ],
    source: Annotated[Path, typer.Argument(help="Its folder.")],
    out: Out,
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="CLASS=LEAF",
            help="What a class of the source is in our taxonomy; CLASS= where it is no leaf. May be given several "
            "times.",
        ),
    ] = None,
    link: Link = False,
    clip: Annotated[
        bool, typer.Option("--clip", help="Cut boxes that reach beyond their picture, instead of refusing them.")
    ] = False,
) -> None:
    """Import labelled scans: images/ and annotations.json (COCO), for `evaluate`, recipes and `data export`.

    Items that are no leaf of our taxonomy keep their own class, so that no scan counts as clean that is not. Scans of
    which the source says that they show something, but not where, are left out, and counted.
    """
    from parcelray.scripts.extras import needs_extra
    from parcelray.scripts.output import writing_to

    with needs_extra("serve"):
        from parcelray.datasets.importers.importing import run_import
        from parcelray.datasets.importers.planning import plan_import
        from parcelray.datasets.progress import progress

    plan = plan_import(source_format, source, _parse(mapping))
    with progress("importing scans", len(plan.scans)) as report, writing_to(out):
        summary = run_import(plan, out, link=link, clip=clip, report=lambda done: report(done, ""))
    _show(summary)


@app.command("export")
def export_scans(
    target_format: Annotated[str, typer.Argument(metavar="FORMAT", help="coco, yolo or cvat.")],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder with images/ and annotations.json.")],
    out: Out,
    link: Link = False,
) -> None:
    """Export labelled scans. `data import` reads what is written here, and gets the same."""
    from parcelray.scripts.extras import needs_extra
    from parcelray.scripts.output import writing_to

    with needs_extra("serve"):
        from parcelray.datasets.importers.exporting import export_dataset, scans_of
        from parcelray.datasets.progress import progress

    scans = scans_of(folder)
    with progress("exporting scans", len(scans)) as report, writing_to(out):
        export_dataset(target_format, folder, scans, out, link=link, report=lambda done: report(done, ""))
    typer.echo(f"{out}: {len(scans)} scans as {target_format}")


def _parse(mapping: list[str] | None) -> dict[str, str]:
    from parcelray.models.errors import BadInputError

    parsed = {}
    for entry in mapping or ():
        name, equals, leaf = entry.rpartition("=")
        if not (name and equals):
            raise BadInputError("--map", expected="CLASS=LEAF, or CLASS=", got=entry)
        parsed[name.strip()] = leaf.strip()
    return parsed


def _show(summary: ImportSummary) -> None:
    from rich.console import Console
    from rich.table import Table

    splits = ", ".join(f"{count} {split or 'of no split'}" for split, count in sorted(summary.splits.items()))
    table = Table()
    for column in ("class", "items", "leaf"):
        table.add_column(column)
    for meaning, count in sorted(summary.items.items(), key=lambda entry: entry[0].name):
        table.add_row(meaning.name, str(count), " or ".join(meaning.leaves) or "none")
    console = Console(width=None if sys.stdout.isatty() else 140)
    console.print(f"{summary.scans} scans, {summary.clean} of them clean ({splits})")
    if summary.items:
        console.print(table)
    for meaning in summary.items:
        if len(meaning.leaves) > 1:
            leaves = ",".join(meaning.leaves)
            console.print(
                f"{meaning.name} keeps its own name: `parcelray evaluate --map '{meaning.name}={leaves}'` judges it.",
                soft_wrap=True,
            )
    labelled_for = ", ".join(summary.listed) or "no leaf of ours"
    console.print(f"labelled for {labelled_for}; whether the scans show any other leaf is not known", soft_wrap=True)
    for reason, count in summary.left_out.items():
        console.print(f"left out: {count} scans: {reason}", soft_wrap=True)
    typer.echo(str(summary.annotations))
