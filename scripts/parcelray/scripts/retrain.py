"""``parcelray retrain``: confirmed seizures in, a candidate for the champion's place out. Needs the extra [train]."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from parcelray.scripts.settings import MODEL_REFERENCE, ConfigFile, DataDir

if TYPE_CHECKING:
    from parcelray.training.retraining.retraining import Retrained

_REFUSED = 1


def retrain(
    confirmed: Annotated[Path, typer.Argument(metavar="CONFIRMED", help="Labels of the new scans, a COCO file.")],
    images: Annotated[Path, typer.Option(metavar="DIR", help="Folder of their pictures.")],
    store: Annotated[Path, typer.Option(metavar="DIR", help="The folder that revisions are kept in.")],
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Gets the product of each step. What was broken off goes on from there.")
    ],
    champion: Annotated[
        str, typer.Option("--from", metavar="MODEL", help=f"The model to start from: {MODEL_REFERENCE}.")
    ] = "champion",
    replay: Annotated[
        str | None,
        typer.Option(
            metavar="SCANS",
            help="Old scans that are learned again: synth:COUNT draws them (extra [synth]); a folder with images/ and "
            "annotations.json; or a revision.",
        ),
    ] = None,
    own: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CLASS=GROUP",
            help="A class that the taxonomy lacks, and the group of it that decides severity and programme. May be "
            "given several times.",
        ),
    ] = None,
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="CATEGORY=LABEL",
            help="What a category of the labels is; CATEGORY= where it is not to be learned. May be given several "
            "times. Default: what is called the same.",
        ),
    ] = None,
    parent: Annotated[
        str | None,
        typer.Option(metavar="REVISION", help="The revision that the new one follows. Default: a replayed one."),
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="Of the new revision; ends the candidate's version. Default: --out's own name.")
    ] = None,
    shares: Annotated[
        str, typer.Option(metavar="SPLIT=SHARE,…", help="What part of the scans each split is meant to get.")
    ] = "train=.7,validation=.15,test=.15",
    epochs: Annotated[int, typer.Option(min=1, help="Passes over the old scans.")] = 6,
    learning_rate: Annotated[float, typer.Option(min=1e-9, help="Its peak.")] = 1e-3,
    new_share: Annotated[
        float,
        typer.Option(min=0.01, max=0.5, help="Part of the scans shown that are new: few new ones are shown often."),
    ] = 0.4,
    seed: Annotated[int, typer.Option(min=0, help="Decides every random choice.")] = 0,
    workers: Annotated[int, typer.Option(min=0, help="Processes that prepare scans beside the training.")] = 1,
    config: ConfigFile = None,
    data_dir: DataDir = None,
) -> None:
    """Retrain a model on new seizures, with classes that it has never seen if need be.

    The scans are checked and frozen as a revision, the champion's weights are moved on with old scans beside the new
    ones, and the candidate is exported, compared with the champion and judged by the gate. Killed at any moment, the
    same command goes on. Nothing is promoted; where --from is no folder, the gate's verdict is kept in the data folder,
    where `parcelray models promote` asks for it. Exits with 1 where the gate refuses the candidate.
    """
    from parcelray.scripts.extras import needs_extra
    from parcelray.scripts.revisions import parse_shares

    with needs_extra("train"):
        from parcelray.models.registry import Registry
        from parcelray.serving.settings import load_settings
        from parcelray.training.retraining.plan import RetrainPlan, Schedule
        from parcelray.training.retraining.replay import drawn_count
        from parcelray.training.retraining.retraining import retrain as run_retraining
    if replay is not None and drawn_count(replay) is not None:
        # Before the long work: what is missing is told at once.
        with needs_extra("synth"):
            import parcelray.datasets.synth.dataset  # noqa: F401

    registry = Registry.open(load_settings(config=config, data_dir=data_dir).data_dir)
    start = registry.resolve(champion)
    plan = RetrainPlan(
        name=name or out.resolve().name,
        confirmed=confirmed,
        images=images,
        champion=start,
        store=store,
        replay=replay,
        parent=parent,
        own=_parse("--own", "CLASS=GROUP", own),
        rename=_parse("--map", "CATEGORY=LABEL, or CATEGORY=", mapping),
        shares=parse_shares(shares),
        schedule=Schedule(epochs, learning_rate, new_share),
        seed=seed,
    )
    made = run_retraining(plan, out, workers=workers, tell=typer.echo)
    if made.verdict is not None and start.folder != Path(champion):
        registry.keep_verdict(made.verdict)
    _show(made)


def _parse(option: str, form: str, entries: list[str] | None) -> dict[str, str]:
    from parcelray.models.errors import BadInputError

    parsed = {}
    for entry in entries or ():
        name, equals, value = entry.partition("=")
        if not (name.strip() and equals):
            raise BadInputError(option, expected=form, got=entry)
        parsed[name.strip()] = value.strip()
    return parsed


def _show(made: Retrained) -> None:
    for name in made.own_classes:
        scans = {split: showing[name] for split, showing in made.revision.scans_showing.items()}
        typer.echo(f"{name}: {', '.join(f'{count} scans for {split}' for split, count in scans.items())}")
        if not scans["validation"]:
            typer.echo(f"{name}: its threshold rests on clean scans alone; how well it finds is not measured there")
    if made.comparison is None:
        typer.echo("No test scans: the candidate was neither compared with the champion nor judged by the gate.")
    else:
        _show_comparison(made.comparison)
    if made.verdict is not None:
        _show_verdict(made.verdict)


def _show_comparison(comparison: Any) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title="On the revision's test scans")
    for column in ("class", "items", "AP50 of the candidate", "of the champion"):
        table.add_column(column)
    both = [(comparison[name] or {"per_class": {}})["per_class"] for name in ("candidate", "champion")]
    for label, one in both[0].items():
        table.add_row(label, str(one["items"]), *(_range(side.get(label)) for side in both))
    Console(width=None if sys.stdout.isatty() else 140).print(table)


def _range(figures: dict[str, Any] | None) -> str:
    if figures is None:
        return "does not know it"
    interval = figures["ap50"]
    return f"{interval['value']:.3f} ({interval['low']:.3f}–{interval['high']:.3f})"


def _show_verdict(verdict: Any) -> None:
    for check in verdict["checks"]:
        typer.echo(f"gate, {check['name']}: {'passed' if check['passed'] else 'REFUSED'}: {check['reason']}")
    typer.echo(f"The gate {'lets the candidate pass' if verdict['passed'] else 'refuses the candidate'}.")
    if not verdict["passed"]:
        raise typer.Exit(_REFUSED)
