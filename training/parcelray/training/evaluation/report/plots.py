"""The plots of the report: each from the figures that its table tells in numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from parcelray.models.statistics import RECALLS, Interval, ReliabilityBin
from parcelray.training.evaluation.calibrating import CalibrationFigures
from parcelray.training.evaluation.error_split import ErrorSplit, Kind
from parcelray.training.evaluation.free_response import RATES, FreeResponses
from parcelray.training.evaluation.ranking import Precision
from parcelray.training.evaluation.report.axes import ROW, WIDTH, reliability_lines, small_plots, small_size, whiskers
from parcelray.training.evaluation.report.inline_svg import MAIN, Plot, draw
from parcelray.training.evaluation.slices import SliceFigures


def found_by_class(rates: Mapping[str, Mapping[str, Any]]) -> Plot:
    """Share of scans found at the operating thresholds, by class, with intervals."""
    names = sorted(rates, key=lambda name: rates[name]["value"])
    intervals = [Interval(rates[name]["value"], rates[name]["low"], rates[name]["high"]) for name in names]

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        whiskers(axes, names, intervals)
        axes.set_xlabel("share of scans with the class in which it is marked")

    words = "Dots with bars, one for each class: " + _listed(names[::-1], intervals[::-1])
    return draw("found-by-class", words, (WIDTH, 0.8 + ROW * len(names)), paint)


def precision_recall(measured: Precision) -> Plot:
    """A small precision-recall curve for each class."""

    def paint(figure: Figure) -> None:
        for axes, (name, curve) in zip(small_plots(figure, len(measured.curves)), measured.curves.items(), strict=True):
            axes.fill_between(RECALLS, curve, color=MAIN, alpha=0.15, linewidth=0)
            axes.plot(RECALLS, curve, color=MAIN, linewidth=1.4)
            axes.set(xlim=(0, 1), ylim=(0, 1.02), xticks=(0, 0.5, 1), yticks=(0, 0.5, 1), xticklabels=("0", "½", "1"))
            axes.set_title(f"{name}  {measured.ap50[name].value:.2f}")
        figure.supxlabel("share of items found", fontsize=10)
        figure.supylabel("share of boxes that are right", fontsize=10)

    words = "A small curve for each class, with the area under it: " + ", ".join(
        f"{name} {interval.value:.2f}" for name, interval in measured.ap50.items()
    )
    return draw("precision-recall", words, small_size(len(measured.curves)), paint)


def free_response(measured: FreeResponses) -> Plot:
    """A small FROC curve for each class, with the intervals at the set rates."""

    def paint(figure: Figure) -> None:
        for axes, (name, one) in zip(
            small_plots(figure, len(measured.per_class)), measured.per_class.items(), strict=True
        ):
            low, high = RATES[0], RATES[-1]
            axes.fill_between(
                RATES, [one_.low for one_ in one.found], [one_.high for one_ in one.found], color=MAIN, alpha=0.15, lw=0
            )
            # A logarithmic axis has no 0: what is found without any alarm is drawn at its left end.
            alarms = np.append(np.maximum(one.alarms, low), max(high, one.alarms[-1]))
            axes.step(alarms, np.append(one.sensitivity, one.sensitivity[-1]), where="post", color=MAIN, linewidth=1.4)
            axes.set_xscale("log")
            axes.set(xlim=(low, high), ylim=(0, 1.02), xticks=(1 / 64, 1 / 8, 1), yticks=(0, 0.5, 1))
            axes.set_xticklabels(("1/64", "1/8", "1"))
            axes.minorticks_off()
            axes.set_title(f"{name}  {one.merit.value:.2f}")
        figure.supxlabel("false alarms on a scan without anything labelled", fontsize=10)
        figure.supylabel("share of items found", fontsize=10)

    words = "A small rising curve for each class, with its figure of merit: " + ", ".join(
        f"{name} {one.merit.value:.2f}" for name, one in measured.per_class.items()
    )
    return draw("free-response", words, small_size(len(measured.per_class)), paint)


def found_by_slice(slices: Sequence[SliceFigures], titles: Mapping[str, str]) -> Plot | None:
    """Share of items found in each slice of all classes together; None where no cut could be set."""
    told = {
        kind: [(one.name, one.pd) for one in slices if one.kind == kind and one.category is None and one.pd]
        for kind in titles
    }
    told = {kind: rows for kind, rows in told.items() if rows}
    if not told:
        return None
    counts = [len(rows) for rows in told.values()]

    def paint(figure: Figure) -> None:
        grid = figure.subplots(len(told), 1, sharex=True, squeeze=False, gridspec_kw={"height_ratios": counts})
        for axes, (kind, rows) in zip(grid[:, 0], told.items(), strict=True):
            whiskers(axes, [name for name, _ in rows][::-1], [pd for _, pd in rows][::-1])
            axes.set_title(titles[kind])
        grid[-1, 0].set_xlabel("share of items found")

    words = "Dots with bars. " + "; ".join(
        f"{titles[kind]}: " + _listed([name for name, _ in rows], [pd for _, pd in rows]) for kind, rows in told.items()
    )
    return draw("found-by-slice", words, (WIDTH, 0.6 + sum(0.5 + 0.3 * count for count in counts)), paint)


def reliability(measured: CalibrationFigures) -> Plot:
    """How often boxes are right, against what their scores say, before and after calibration."""

    def paint(figure: Figure) -> None:
        before, after = ("scores as they are", measured.before.bins), ("calibrated", measured.after.bins)
        reliability_lines(figure.subplots(), before, after)

    words = (
        "Two lines beside a diagonal on which scores would be probabilities. "
        f"As they are: {_told(measured.before.bins)}. Calibrated: {_told(measured.after.bins)}."
    )
    return draw("reliability", words, (5.0, 4.6), paint)


def error_costs(errors: ErrorSplit, names: Mapping[Kind, str]) -> Plot:
    """How much each kind of error costs."""
    kinds = errors.kinds[::-1]

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        axes.barh([names[one.kind] for one in kinds], [one.cost for one in kinds], color=MAIN, height=0.6)
        for row, one in enumerate(kinds):
            axes.annotate(f"{one.cost:.3f}", (one.cost, row), (4, 0), textcoords="offset points", va="center")
        axes.grid(axis="y", visible=False)
        axes.margins(x=0.12)
        axes.set_xlabel("how much AP50 would rise if this kind were mended")

    words = "Bars: " + ", ".join(f"{names[one.kind]} {one.cost:.3f}" for one in errors.kinds)
    return draw("error-costs", words, (WIDTH, 0.8 + 0.36 * len(kinds)), paint)


def _listed(names: Sequence[str], intervals: Sequence[Interval]) -> str:
    return ", ".join(
        f"{name} {one.value:.0%} ({one.low:.0%} to {one.high:.0%})" for name, one in zip(names, intervals, strict=True)
    )


def _told(bins: Sequence[ReliabilityBin]) -> str:
    return ", ".join(f"{one.predicted:.2f} is right {one.right.value:.0%} of the time" for one in bins)
