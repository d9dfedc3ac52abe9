"""The page itself: the answer first, then what it rests on. It asks nothing of any network and runs no script."""

from __future__ import annotations

from parcelray.training.evaluation.free_response import free_responses
from parcelray.training.evaluation.report.filling import fill
from parcelray.training.evaluation.report.inline_svg import Plot
from parcelray.training.gate.comparing import Comparison
from parcelray.training.gate.judgement import Judgement
from parcelray.training.gate.report import plots
from parcelray.training.gate.sides import Sides


def make_page(judgement: Judgement) -> str:
    """The page as HTML."""
    return fill(
        __package__,
        "gate.html.j2",
        verdict=judgement.verdict,
        found=list(judgement.found.values()),
        demands=judgement.demands,
        scans=len(judgement.sides.champion.scans),
        clean=len(judgement.sides.clean),
        groups=judgement.sides.groups,
        differences=plots.differences(list(judgement.found.values())),
        free_response=_free_response(judgement.sides),
        reliability=plots.reliability(judgement.calibrations) if judgement.calibrations else None,
        range_of=range_of,
    )


def range_of(compared: Comparison) -> str:
    """A difference with its ends."""
    one = compared.difference
    return f"{one.value:+.3f} ({one.low:+.3f} to {one.high:+.3f})"


def _free_response(sides: Sides) -> Plot | None:
    shown = [label for label in sides.common if len(sides.showing(label))]
    if not shown:
        return None
    champion, candidate = (
        free_responses(side.scans, {label: side.answering(label) for label in shown})
        for side in (sides.champion, sides.candidate)
    )
    return plots.free_response(champion, candidate) if champion and candidate else None
