"""The figures of a period as CSV (RFC 4180): long, one figure to a line, for spreadsheets and programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from parcelray.serving.api.statistics_answers import FiguresAnswer, StatisticsAnswer
from parcelray.serving.store.events import written as moment_written

HEADER = ("since", "until", "figure", "of", "value")
# What makes a spreadsheet take a cell for a formula (OWASP, CSV injection).
_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")

_Row = tuple[str, str, str | float | None]


def written(answer: StatisticsAnswer) -> str:
    """All figures: those of each bucket, then those of the whole period."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER)
    for figures in answer.buckets:
        writer.writerows(_lines(figures, _rows_of(figures)))
    writer.writerows(_lines(answer.period, _rows_of_period(answer)))
    return text.getvalue()


def _lines(figures: FiguresAnswer, rows: Iterator[_Row]) -> Iterator[tuple[str | float | None, ...]]:
    period = moment_written(figures.since), moment_written(figures.until)
    for figure, of, value in rows:
        yield *period, figure, _as_text(of), _as_text(value) if isinstance(value, str) else value


def _rows_of(figures: FiguresAnswer) -> Iterator[_Row]:
    for figure in ("scans", "decisions", "handling_s", "waiting_s", "boxes", "searches"):
        for of, value in getattr(figures, figure).model_dump().items():
            if isinstance(value, dict):
                yield from ((f"{figure}.{of}", end, number) for end, number in value.items())
            else:
                yield figure, of, value
    yield "backlog", "", figures.backlog


def _rows_of_period(answer: StatisticsAnswer) -> Iterator[_Row]:
    yield from _rows_of(answer.period)
    for item in answer.classes:
        for figure in ("highlighted", "confirmed", "rejected", "relabelled", "missed", "parcels", "pieces"):
            yield f"class.{figure}", item.label, getattr(item, figure)
    for programme in answer.programmes:
        yield "programme.parcels", programme.programme or "", programme.parcels
        yield "programme.pieces", programme.programme or "", programme.pieces
    for money in answer.cash:
        yield "cash", money.currency, money.amount
    for model in answer.models:
        yield "model.scans", f"{model.name} {model.version}", model.scans
    if answer.model_in_service is not None:
        yield "model.in_service", "", f"{answer.model_in_service.name} {answer.model_in_service.version}"


def _as_text(cell: str) -> str:
    """A cell that no spreadsheet runs: names come from packages and settings."""
    return f"'{cell}" if cell.startswith(_BEGINS_FORMULA) else cell
