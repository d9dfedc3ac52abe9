"""``parcelray gate``: whether a candidate may take the champion's place. Needs the extra [train]."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from parcelray.scripts.settings import MODEL_REFERENCE, ConfigFile, DataDir

if TYPE_CHECKING:
    from parcelray.training.gate.comparing import Comparison
    from parcelray.training.gate.judgement import Judgement
    from parcelray.training.gate.verdict import Check

_REFUSED = 1


def gate(
    candidate: Annotated[
        str, typer.Argument(help=f"The model that asks to pass: {MODEL_REFERENCE}.", show_default=False)
    ],
    against: Annotated[str, typer.Option(metavar="CHAMPION", help="The model that it is compared with, likewise.")],
    on: Annotated[
        str, typer.Option(metavar="REVISION", help="Whose test scans decide: its name, its id, or the beginning of it.")
    ],
    store: Annotated[Path, typer.Option(metavar="DIR", help="The folder that revisions are kept in.")],
    demands: Annotated[
        Path | None, typer.Option(help="What is demanded, where it is not the usual, as TOML (docs/gate.md).")
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the verdict to this file as JSON; - for standard output.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="Write a page for people to this file (HTML, complete in itself).")
    ] = None,
    config: ConfigFile = None,
    data_dir: DataDir = None,
) -> None:
    """Say whether a model may take the place of the one in service, by the same test scans, with reasons.

    Refused is what may find any class less often by more than its tolerance, also where there are too few scans to
    exclude it; what may alarm more often on clean scans, or whose scores may have become worse probabilities; what is
    too slow, does not agree with its own weights, has an incomplete card, or saw a test scan before.

    Where one of the two was not named by its folder, the verdict is kept in the data folder: `parcelray models promote`
    asks for it.

    Exits with 0 where the candidate passes, with 1 where it is refused, with 2 where it could not be told.
    """
    from parcelray.scripts.extras import needs_extra
    from parcelray.scripts.output import STANDARD_OUTPUT, write_json, writing_to

    with needs_extra("train"):
        from parcelray.datasets.revisions.store import RevisionStore
        from parcelray.models.registry import Registry
        from parcelray.serving.settings import load_settings
        from parcelray.training.gate.demands import read_demands
        from parcelray.training.gate.judgement import judge_candidate
        from parcelray.training.gate.report.page import make_page

    # What is wrong with what was given is told before the long work.
    demanded = read_demands(demands)
    registry = Registry.open(load_settings(config=config, data_dir=data_dir).data_dir)
    packages = registry.resolve(candidate), registry.resolve(against)
    judgement = judge_candidate(*packages, RevisionStore(store), on, demanded)
    if any(package.folder != Path(named) for package, named in zip(packages, (candidate, against), strict=True)):
        registry.keep_verdict(judgement.verdict.as_dict())
    if json_file is not None:
        write_json(judgement.verdict.as_dict(), json_file)
    if report is not None:
        page = make_page(judgement)
        partial = report.with_name(f".{report.name}.part")
        with writing_to(report):
            partial.write_text(page, encoding="utf-8")
            partial.replace(report)
    if str(json_file) != STANDARD_OUTPUT:
        _show(judgement)
    if not judgement.verdict.passed:
        raise typer.Exit(_REFUSED)


def _show(judgement: Judgement) -> None:
    verdict = judgement.verdict
    if sys.stdout.isatty():
        _show_tables(judgement)
    else:
        for check in verdict.checks:
            typer.echo(f"{_result(check)}  {check.name}: {check.reason}")
    refusing = ", ".join(check.name for check in verdict.checks if not check.passed)
    typer.echo(f"{verdict.candidate} against {verdict.champion}: {f'refused ({refusing})' if refusing else 'passed'}")


def _show_tables(judgement: Judgement) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(markup=False)
    if judgement.found:
        share = judgement.demands.found.false_alarms
        table = Table(title="Scans found: champion, candidate, and the difference with its 95 % ends")
        for column in ("class", "scans", f"at {share:.0%} false alarms", "as shipped", "may fall by", ""):
            table.add_column(column)
        for one in judgement.found.values():
            scans = str(one.equal.scans) if one.equal else "0"
            result = "waived" if one.waived else "held" if one.held else "refused"
            table.add_row(one.label, scans, _told(one.equal), _told(one.shipped), f"{one.tolerance:g}", result)
        console.print(table)
    table = Table()
    for column in ("check", "", "why"):
        table.add_column(column)
    for check in judgement.verdict.checks:
        table.add_row(check.name, _result(check), check.reason)
    console.print(table)


def _result(check: Check) -> str:
    return "passed" if check.passed else "refused"


def _told(compared: Comparison | None) -> str:
    if compared is None:
        return ""
    one = compared.difference
    return f"{compared.champion}, {compared.candidate}: {one.value:+.3f} ({one.low:+.3f} to {one.high:+.3f})"
