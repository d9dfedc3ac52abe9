"""What plots of several pages have in common: dots with bars, and rows of small plots."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from parcelray.models.statistics import Interval, ReliabilityBin
from parcelray.training.evaluation.report.inline_svg import INK, MAIN, OTHER

# Inches.
WIDTH = 8.0
ROW = 0.27
_SMALL_COLUMNS = 4
_SMALL = 1.7


def whiskers(axes: Axes, names: Sequence[str], intervals: Sequence[Interval]) -> None:
    """A dot and a bar for each name, the first at the bottom."""
    axes.errorbar(
        [interval.value for interval in intervals],
        list(names),
        xerr=arms(intervals),
        fmt="o",
        color=MAIN,
        markersize=5,
        linewidth=1.6,
        # A dot on an edge is shown whole.
        clip_on=False,
    )
    axes.set_xlim(0, 1)
    axes.margins(y=0.5 / max(1, len(names)))
    axes.grid(axis="y", visible=False)


def reliability_lines(
    axes: Axes, before: tuple[str, Sequence[ReliabilityBin]], after: tuple[str, Sequence[ReliabilityBin]]
) -> None:
    """How often boxes are right against what their scores say, of two, beside the diagonal of perfect probabilities."""
    axes.plot((0, 1), (0, 1), color=INK, linewidth=0.8, linestyle=(0, (4, 3)))
    for colour, marker, (name, bins) in zip((OTHER, MAIN), "so", (before, after), strict=True):
        axes.errorbar(
            [one.predicted for one in bins],
            [one.right.value for one in bins],
            yerr=arms([one.right for one in bins]),
            color=colour,
            marker=marker,
            markersize=5,
            linewidth=1,
            capsize=2,
            clip_on=False,
            label=name,
        )
    axes.set(xlim=(0, 1), ylim=(0, 1), aspect="equal")
    axes.set_xlabel("what the score says")
    axes.set_ylabel("how often the box is right")
    axes.legend(loc="upper left")


def arms(intervals: Sequence[Interval]) -> tuple[list[float], list[float]]:
    """How far bars reach to both sides of their dots."""
    return [one.value - one.low for one in intervals], [one.high - one.value for one in intervals]


def small_plots(figure: Figure, count: int) -> list[Axes]:
    """Axes for so many small plots, which share their scales."""
    columns = min(_SMALL_COLUMNS, count)
    grid = figure.subplots(math.ceil(count / columns), columns, sharex=True, sharey=True, squeeze=False)
    for axes in grid.flat[count:]:
        axes.set_visible(False)
    # Where the last row is not full, the plots above its gaps tell the scale.
    for axes in grid.flat[max(0, count - columns) : count]:
        axes.tick_params(labelbottom=True)
    return list(grid.flat[:count])


def small_size(count: int) -> tuple[float, float]:
    """Width and height in inches of a figure with so many small plots."""
    columns = min(_SMALL_COLUMNS, count)
    return max(3.5, WIDTH * columns / _SMALL_COLUMNS), 0.5 + _SMALL * math.ceil(count / columns)
