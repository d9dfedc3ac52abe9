"""The plots of the gate's page: candidate beside champion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from parcelray.models.statistics import ReliabilityBin
from parcelray.training.evaluation.free_response import RATES, FreeResponses
from parcelray.training.evaluation.report.axes import WIDTH, arms, reliability_lines, small_plots, small_size
from parcelray.training.evaluation.report.inline_svg import INK, MAIN, OTHER, Plot, draw
from parcelray.training.gate.calibration import Calibrations
from parcelray.training.gate.found import ClassFound

_ROW = 0.42
_APART = 0.14


def differences(found: Sequence[ClassFound]) -> Plot | None:
    """A forest plot: how far the share of scans found may have moved, class by class; None where none was compared."""
    told = [one for one in found if one.equal and one.shipped][::-1]
    if not told:
        return None

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        rows = np.arange(len(told))
        axes.axvline(0, color=INK, linewidth=0.8)
        for row, one in zip(rows, told, strict=True):
            axes.plot((-one.tolerance,) * 2, (row - 0.4, row + 0.4), color=INK, linewidth=1.2, linestyle=(0, (2, 2)))
        for shift, colour, marker, name, compared in (
            (_APART, MAIN, "o", "at the same share of false alarms", [one.equal for one in told]),
            (-_APART, OTHER, "s", "as shipped", [one.shipped for one in told]),
        ):
            intervals = [one.difference for one in compared if one]
            axes.errorbar(
                [interval.value for interval in intervals],
                rows + shift,
                xerr=arms(intervals),
                fmt=marker,
                color=colour,
                markersize=4.5,
                linewidth=1.5,
                label=name,
            )
        axes.set_yticks(rows, [one.label for one in told])
        axes.set_ylim(-0.6, len(told) - 0.4)
        axes.grid(axis="y", visible=False)
        axes.set_xlabel("share of scans found, candidate less champion")
        figure.legend(loc="outside upper left", ncols=2)

    words = "Dots with bars, one pair for each class: " + "; ".join(
        f"{one.label} {one.equal.difference.value:+.2f} ({one.equal.difference.low:+.2f} to "
        f"{one.equal.difference.high:+.2f}) at the same share of false alarms"
        for one in reversed(told)
        if one.equal
    )
    return draw("differences", words, (WIDTH, 1.1 + _ROW * len(told)), paint)


def free_response(champion: FreeResponses, candidate: FreeResponses) -> Plot:
    """Both FROC curves over each other, a small plot for each class that both know."""

    def paint(figure: Figure) -> None:
        names = list(champion.per_class)
        low, high = RATES[0], RATES[-1]
        for axes, name in zip(small_plots(figure, len(names)), names, strict=True):
            for colour, style, who, measured in (
                (OTHER, (0, (4, 2)), "champion", champion),
                (MAIN, "-", "candidate", candidate),
            ):
                one = measured.per_class[name]
                # A logarithmic axis has no 0: what is found without any alarm is drawn at its left end.
                alarms = np.append(np.maximum(one.alarms, low), max(high, one.alarms[-1]))
                found = np.append(one.sensitivity, one.sensitivity[-1])
                axes.step(alarms, found, where="post", color=colour, linestyle=style, linewidth=1.4, label=who)
            axes.set_xscale("log")
            axes.set(xlim=(low, high), ylim=(0, 1.02), xticks=(1 / 64, 1 / 8, 1), yticks=(0, 0.5, 1))
            axes.set_xticklabels(("1/64", "1/8", "1"))
            axes.minorticks_off()
            axes.set_title(name)
        figure.supxlabel("false alarms on a scan without anything labelled", fontsize=10)
        figure.supylabel("share of items found", fontsize=10)
        figure.legend(*axes.get_legend_handles_labels(), loc="outside upper left", ncols=2)

    words = "Two small rising curves for each class, with their figures of merit, champion and candidate: " + ", ".join(
        f"{name} {one.merit.value:.2f} and {candidate.per_class[name].merit.value:.2f}"
        for name, one in champion.per_class.items()
    )
    width, height = small_size(len(champion.per_class))
    return draw("free-response", words, (width, height + 0.3), paint)


def reliability(measured: Calibrations) -> Plot:
    """How often boxes are right, against what their scores say, of both."""
    sides: Mapping[str, Sequence[ReliabilityBin]] = {"champion": measured.champion, "candidate": measured.candidate}

    def paint(figure: Figure) -> None:
        reliability_lines(figure.subplots(), ("champion", measured.champion), ("candidate", measured.candidate))

    words = "Two lines beside a diagonal on which scores would be probabilities. " + " ".join(
        f"{name.capitalize()}: "
        + ", ".join(f"{one.predicted:.2f} is right {one.right.value:.0%} of the time" for one in bins)
        + "."
        for name, bins in sides.items()
    )
    return draw("reliability", words, (5.0, 4.6), paint)
