"""``parcelray evaluate``: how well a model does on labelled scans. Needs no torch."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from parcelray.scripts.models import ModelFolder

if TYPE_CHECKING:
    from parcelray.models.package import Manifest
    from parcelray.training.evaluation.report.page import About


def evaluate(
    images: Annotated[Path, typer.Option(help="Folder of the scans.")],
    truth: Annotated[Path, typer.Option(help="What is in them, as a COCO file.")],
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            help="CATEGORY=LABEL[,LABEL…]: which labels of the model answer for a category of the file. May be given "
            "several times. Default: the categories that the model knows by the same name.",
        ),
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the figures to this file as JSON; - for standard output.")
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(help="Write a page for people to this file (HTML, complete in itself). Needs the extra [report]."),
    ] = None,
    model: ModelFolder = None,
) -> None:
    """Measure a model on labelled scans: average precision, and how many scans with an item are found.

    Found means: a box above the cut lies on the item (they overlap by an IoU of 0.3 or more). The cut is set so that 1,
    5 or 10 % of the scans without labels raise a false alarm. Rates carry 95 % Wilson intervals; average precision
    carries intervals from resampling whole groups of scans. Scans whose only labels are of other categories are left
    out.

    The JSON and the report tell more: by scanner, concealment and size of the items; free-response curves; how far
    scores are from probabilities; the errors by kind. The report shows the worst misses and false alarms.
    """
    from parcelray.scripts.extras import needs_extra
    from parcelray.scripts.models import open_detector
    from parcelray.scripts.output import STANDARD_OUTPUT, write_json, writing_to

    with needs_extra("serve"):
        from parcelray.datasets.coco import read_coco
        from parcelray.datasets.progress import progress
        from parcelray.training.evaluation.judging import judge, plan, taking_part
        from parcelray.training.evaluation.results import measure

        detector = open_detector(model)
    if report is not None:
        # Before the long work: what is missing is told at once.
        with needs_extra("report"):
            from parcelray.training.evaluation.report.page import make_page
    data = read_coco(truth)
    answers = plan(data, detector.labels, _parse(mapping))
    taking = len(taking_part(data, answers))
    with progress("judging scans", taking) as tell:
        scans = judge(detector, images, data, answers, tell)
    manifest = detector.package.manifest
    results = measure(scans, answers, detector.labels, manifest.operating)
    document = {
        "model": {"name": manifest.name, "version": manifest.version, "taxonomy": manifest.taxonomy},
        "mapping": {category: [detector.labels[index] for index in labels] for category, labels in answers.items()},
        "left_out_scans": len(data.images) - taking,
        **results.as_dict(),
    }
    if json_file is not None:
        write_json(document, json_file)
    if report is not None:
        about = _about(manifest, truth, document)
        page = make_page(results, about, scans, answers, manifest, images)
        partial = report.with_name(f".{report.name}.part")
        with writing_to(report):
            partial.write_text(page, encoding="utf-8")
            partial.replace(report)
    if str(json_file) != STANDARD_OUTPUT:
        _show(document)


def _about(manifest: Manifest, truth: Path, document: dict[str, Any]) -> About:
    """Where the figures of a report come from."""
    import datetime as dt
    from importlib import metadata

    from parcelray.datasets.files import sha256_of_file
    from parcelray.scripts.extras import DISTRIBUTION
    from parcelray.training.evaluation.report.page import About

    facts = {
        "Network, SHA-256": manifest.files[manifest.network],
        "Thresholds": manifest.operating.basis,
        "Labels of the scans": truth.name,
        "Labels, SHA-256": sha256_of_file(truth),
        "Measured on": dt.datetime.now(tz=dt.UTC).date().isoformat(),
        DISTRIBUTION: metadata.version(DISTRIBUTION),
    }
    return About(f"{manifest.name} {manifest.version}", facts, document["mapping"], document["left_out_scans"])


def _parse(mapping: list[str] | None) -> dict[str, tuple[str, ...]] | None:
    from parcelray.models.errors import BadInputError

    if not mapping:
        return None
    parsed = {}
    for entry in mapping:
        category, equals, labels = entry.partition("=")
        if not (category and equals and labels):
            raise BadInputError("--map", expected="CATEGORY=LABEL[,LABEL…]", got=entry)
        parsed[category] = tuple(label.strip() for label in labels.split(","))
    return parsed


def _show(document: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(
        title=f"{document['model']['name']} {document['model']['version']} on {document['scans']} scans, "
        f"{document['clean_scans']} of them without labels ({document['left_out_scans']} left out)"
    )
    for column in ("class", "items", "scans", "groups", "AP50", "AP", "false alarms", "Pd", "found"):
        table.add_column(column)
    for name, one in document["per_class"].items():
        head = [name, str(one["items"]), str(one["scans"]), str(one["groups"]), _range(one["ap50"]), _range(one["ap"])]
        for index, rate in enumerate(one["pd"] or [None]):
            start = head if index == 0 else [""] * len(head)
            tail = (
                ["no scans without labels", "", ""]
                if rate is None
                else [f"{rate['false_alarms']:.0%}", _range(rate), f"{rate['found']} of {rate['scans']}"]
            )
            table.add_row(*start, *tail)
        shown = document["operating"]["pd"][name]
        table.add_row(*[""] * len(head), "as shown", _range(shown), f"{shown['found']} of {shown['scans']}")
    if len(document["per_class"]) > 1:
        table.add_section()
        table.add_row("mean", "", "", "", _range(document["mean"]["ap50"]), _range(document["mean"]["ap"]))
    console = Console(width=None if sys.stdout.isatty() else 140)
    console.print(table)
    alarms = document["operating"]["false_alarms"]
    if alarms["scans"]:
        console.print(
            f"At the operating thresholds («as shown») {alarms['alarms']} of {alarms['scans']} scans without labels "
            f"raise a false alarm of these classes: {_range(alarms)}"
        )


def _range(interval: dict[str, float]) -> str:
    return f"{interval['value']:.3f} ({interval['low']:.3f}–{interval['high']:.3f})"
