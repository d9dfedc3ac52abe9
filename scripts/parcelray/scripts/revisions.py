"""``parcelray revision``: labelled scans are checked, and kept as revisions that nobody can change."""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parcelray.datasets.revisions.revision import DatasetRevision, RevisionScan, Shares
    from parcelray.datasets.revisions.store import RevisionStore
    from parcelray.datasets.validation.findings import Finding

# Of each kind of finding, and of each list of scans, this many are shown.
_SHOWN = 20
_ID_SHOWN = 12
_FOUND_SOMETHING = 1

app = typer.Typer(no_args_is_help=True, help="Check labelled scans, and keep them as revisions that never change.")

Store = Annotated[Path, typer.Option(metavar="DIR", help="The folder that revisions are kept in.")]
Revision = Annotated[
    str, typer.Argument(metavar="REVISION", help="Its name, its id, or the beginning of its id.", show_default=False)
]
Foreign = Annotated[
    list[str] | None,
    typer.Option(metavar="CLASS", help="A class that is known to be no leaf of ours. May be given several times."),
]


@app.command()
def check(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder with images/ and annotations.json (COCO).")],
    against: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Another one: the two must have no group and no picture in common."),
    ] = None,
    foreign: Foreign = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write all findings to this file as JSON; - for standard output.")
    ] = None,
) -> None:
    """Check labelled scans: labels, files, and pictures that are in two groups or two splits.

    Exits with 0 where there is no error (there may be warnings), with 1 where there is one, with 2 where it could not
    be checked.
    """
    from parcelray.scripts.extras import needs_extra
    from parcelray.scripts.output import STANDARD_OUTPUT, write_json

    with needs_extra("serve"):
        from parcelray.datasets.validation.checking import check
        from parcelray.datasets.validation.findings import errors_in

    findings = check(folder, against=against, foreign=foreign or ())
    errors = len(errors_in(findings))
    if json_file is not None:
        document = {
            "folder": str(folder),
            "against": None if against is None else str(against),
            "errors": errors,
            "warnings": len(findings) - errors,
            "findings": [finding.as_dict() for finding in findings],
        }
        write_json(document, json_file)
    if str(json_file) != STANDARD_OUTPUT:
        _show_findings(findings)
        typer.echo(f"{folder}: {errors} errors, {len(findings) - errors} warnings")
    if errors:
        raise typer.Exit(_FOUND_SOMETHING)


@app.command()
def build(
    name: Annotated[str, typer.Argument(help="What it is called, for ever; such as 2026-05.")],
    source: Annotated[
        list[Path],
        typer.Option(
            "--from", metavar="DIR", help="Folder with images/ and annotations.json. May be given several times."
        ),
    ],
    store: Store,
    parent: Annotated[
        str | None,
        typer.Option(metavar="REVISION", help="The revision that it follows: what was a test scan once remains one."),
    ] = None,
    shares: Annotated[
        str, typer.Option(metavar="SPLIT=SHARE,…", help="What part of the scans each split is meant to get.")
    ] = "train=.8,validation=.1,test=.1",
    seed: Annotated[int, typer.Option(min=0, help="Another one shares the scans out otherwise.")] = 0,
    foreign: Foreign = None,
    link: Annotated[
        bool,
        typer.Option(
            "--link/--copy", help="Make kept files second names of the same files, on one disk, or copy them (default)."
        ),
    ] = False,
) -> None:
    """Make a revision of labelled scans; what `revision check` finds errors in is refused.

    Scans of one group, and pictures that are alike, are put into one split. The same scans, labels and settings make
    the same revision again.
    """
    from parcelray.scripts.extras import needs_extra
    from parcelray.scripts.output import writing_to

    with needs_extra("serve"):
        from parcelray.datasets.revisions.building import RevisionPlan
        from parcelray.datasets.revisions.building import build as build_revision
        from parcelray.datasets.revisions.store import RevisionStore

    plan = RevisionPlan(tuple(source), parent, parse_shares(shares), seed, tuple(foreign or ()))
    kept = RevisionStore(store)
    with writing_to(store):
        built = build_revision(name, plan, kept, link=link)
    _show_findings(built.warnings)
    if not built.new:
        typer.echo("This very revision was kept already.", err=True)
    _show_revision(built.revision, kept)


@app.command("list")
def list_revisions(store: Store) -> None:
    """List all revisions, the oldest first."""
    kept = _opened(store)
    names = kept.names()
    for revision_id in kept.ids():
        revision = kept.open(revision_id)
        splits = ", ".join(f"{len(list(revision.in_split(split)))} {split}" for split in revision.scans_showing)
        called = ", ".join(name for name, named in names.items() if named == revision_id)
        follows = f", follows {revision.parent[:_ID_SHOWN]}" if revision.parent else ""
        typer.echo(f"{revision_id[:_ID_SHOWN]}  {called or '(no name)'}: {splits}{follows}")


@app.command()
def show(revision: Revision, store: Store) -> None:
    """Tell where a revision comes from, and how its classes are shared out."""
    kept = _opened(store)
    _show_revision(kept.open(revision), kept)


@app.command()
def diff(first: Revision, second: Revision, store: Store) -> None:
    """Tell what is different between two revisions: scans, labels, splits, and items of each class."""
    from rich.table import Table

    kept = _opened(store)
    from parcelray.datasets.revisions.comparing import Difference

    difference = Difference.between(kept.open(first), kept.open(second))
    _show_scans("added", difference.added)
    _show_scans("removed", difference.removed)
    _show_scans("relabelled", [new for _, new in difference.relabelled])
    _show_scans("moved to another split", [new for _, new in difference.moved])
    table = Table()
    for column in ("class", "items before", "after", "difference"):
        table.add_column(column)
    for label, (before, after) in difference.items.items():
        table.add_row(label, str(before), str(after), f"{after - before:+d}" if after != before else "")
    _print(table)


@app.command()
def verify(revision: Revision, store: Store) -> None:
    """Read every file of a revision. Exits with 1 where one is not what it was."""
    kept = _opened(store)
    from parcelray.datasets.progress import progress

    opened = kept.open(revision)
    damaged = 0
    with progress("verifying scans", len(opened.scans)) as report:
        for damage in kept.verify(opened, lambda done: report(done, "")):
            damaged += 1
            typer.echo(f"{damage.path} ({damage.scan!a}): {damage.got}")
    typer.echo(f"{opened.id[:_ID_SHOWN]}: {len(opened.scans)} scans, {damaged} files damaged")
    if damaged:
        raise typer.Exit(_FOUND_SOMETHING)


@app.command()
def export(
    revision: Revision,
    split: Annotated[str, typer.Argument(metavar="SPLIT", help="train, validation or test.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="The folder to write: images/ and annotations.json (COCO).")],
    store: Store,
    learn: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CLASS", help="A foreign class that is to be learned (an own class). May be given several times."
        ),
    ] = None,
) -> None:
    """Write a split as a folder that recipes and `evaluate` read. Its pictures are second names of the store's."""
    kept = _opened(store)
    from parcelray.datasets.progress import progress
    from parcelray.datasets.revisions.exporting import export_split
    from parcelray.datasets.validation.records import SPLITS
    from parcelray.models.errors import BadInputError
    from parcelray.scripts.output import writing_to

    chosen = next((one for one in SPLITS if one == split), None)
    if chosen is None:
        raise BadInputError("SPLIT", expected=f"one of {', '.join(SPLITS)}", got=split)
    opened = kept.open(revision)
    with progress("exporting scans", len(list(opened.in_split(chosen)))) as report, writing_to(out):
        written = export_split(kept, opened, chosen, out, lambda done: report(done, ""), learn=learn or ())
    if written.left_out:
        typer.echo(f"left out: {written.left_out} scans with items that are not learned", err=True)
    typer.echo(f"{written.annotations}: {written.scans} scans, {written.items} items")


def _opened(folder: Path) -> RevisionStore:
    from parcelray.scripts.extras import needs_extra

    with needs_extra("serve"):
        from parcelray.datasets.revisions.store import RevisionStore
        from parcelray.models.errors import DatasetError

    if not folder.is_dir():
        raise DatasetError(str(folder), expected="a folder that revisions are kept in", got="none at that place")
    return RevisionStore(folder)


def parse_shares(shares: str) -> Shares:
    """The shares that an option states.

    Raises:
        BadInputError: they are none, or do not add up to 1.
    """
    from pydantic import ValidationError

    from parcelray.datasets.revisions.revision import Shares
    from parcelray.models.errors import BadInputError

    parsed = {"train": 0.0, "validation": 0.0, "test": 0.0}
    try:
        for entry in shares.split(","):
            split, equals, share = entry.partition("=")
            if not equals or split.strip() not in parsed:
                raise ValueError(entry)
            parsed[split.strip()] = float(share)
        return Shares.model_validate(parsed)
    except (ValueError, ValidationError) as error:
        expected = "shares that add up to 1, such as train=.8,validation=.1,test=.1"
        raise BadInputError("--shares", expected=expected, got=repr(shares)) from error


def _show_findings(findings: Sequence[Finding]) -> None:
    of_kind: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        of_kind[f"{finding.severity}  {finding.kind}"].append(finding)
    for kind, those in sorted(of_kind.items()):
        for finding in those[:_SHOWN]:
            typer.echo(f"{kind}  {finding}")
        if len(those) > _SHOWN:
            typer.echo(f"{kind}  … and {len(those) - _SHOWN} more (--json tells all)")


def _show_scans(what: str, scans: Sequence[RevisionScan]) -> None:
    typer.echo(f"{len(scans)} scans {what}")
    for scan in scans[:_SHOWN]:
        labels = ", ".join(sorted(scan.labels)) or "clean"
        typer.echo(f"  {scan.sha256[:_ID_SHOWN]} {scan.file!a} ({scan.split}): {labels}")
    if len(scans) > _SHOWN:
        typer.echo(f"  … and {len(scans) - _SHOWN} more")


def _show_revision(revision: DatasetRevision, store: RevisionStore) -> None:
    from rich.table import Table

    typer.echo(revision.id)
    for name, revision_id in store.names().items():
        if revision_id == revision.id:
            typer.echo(f"called {name}")
    typer.echo(f"follows {revision.parent[:_ID_SHOWN]}" if revision.parent else "follows none")
    shares = ", ".join(f"{split} {revision.shares.of(split):g}" for split in revision.scans_showing)
    typer.echo(f"taxonomy {revision.taxonomy}, seed {revision.seed}, shares: {shares}")
    for source in revision.sources:
        typer.echo(f"from {source.name}, labels {source.annotations[:_ID_SHOWN]}")
    table = Table()
    for column in ("scans that show", *revision.scans_showing, "items"):
        table.add_column(column)
    counts = [list(revision.in_split(split)) for split in revision.scans_showing]
    table.add_row("anything or nothing", *(str(len(scans)) for scans in counts), str(sum(revision.items_of.values())))
    table.add_row("nothing", *(str(sum(not scan.items for scan in scans)) for scans in counts), "")
    table.add_row("(reserved)", *(str(sum(scan.reserved for scan in scans)) for scans in counts), "")
    for label, items in sorted(revision.items_of.items()):
        foreign = " (foreign)" if label in revision.foreign else ""
        shown = (str(showing[label]) for showing in revision.scans_showing.values())
        table.add_row(f"{label}{foreign}", *shown, str(items))
    _print(table)


def _print(table: object) -> None:
    from rich.console import Console

    Console(width=None if sys.stdout.isatty() else 140, markup=False).print(table)
