"""The page itself: figures in tables, plots as SVG, the worst cases as pictures, all in one file.

It asks nothing of any network and runs no script: its own policy forbids both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from parcelray.datasets.imaging.overlay import encode_png
from parcelray.models.package import Manifest
from parcelray.training.evaluation.free_response import RATES
from parcelray.training.evaluation.judging import Answers, JudgedScan
from parcelray.training.evaluation.rates import FALSE_ALARM_RATES
from parcelray.training.evaluation.report import plots, words
from parcelray.training.evaluation.report.filling import fill
from parcelray.training.evaluation.report.inline_svg import Plot
from parcelray.training.evaluation.results import Results
from parcelray.training.evaluation.sheets import sheet
from parcelray.training.evaluation.worst import Case, worst_false_alarms, worst_misses


@dataclass(frozen=True)
class About:
    """Where the figures come from, so that they can be made again.

    Attributes:
        model: its name and number.
        facts: what else is known, by name: sha256 of the network and of the labels, and so on.
        mapping: for each category, the model's labels that answer for it.
        left_out: scans of the data that prove nothing, see ``judging``.
    """

    model: str
    facts: Mapping[str, str]
    mapping: Mapping[str, Sequence[str]]
    left_out: int


@dataclass(frozen=True)
class Sheet:
    """The worst cases of one sort.

    Attributes:
        cases: the worst first.
        png: a contact sheet of them; empty where there are none.
    """

    cases: Sequence[Case]
    png: bytes


def make_page(
    results: Results, about: About, scans: Sequence[JudgedScan], answers: Answers, manifest: Manifest, folder: Path
) -> str:
    """The page as HTML, with the worst cases at the model's own thresholds.

    Args:
        results: what was measured.
        about: where it comes from.
        scans: that it was measured on.
        answers: the evaluated categories.
        manifest: of the model.
        folder: of the scans.

    Raises:
        DatasetError: a scan is no longer there.
        BadInputError: a scan cannot be read.
    """
    judged = (scans, answers, manifest.labels, manifest.operating.thresholds)
    misses, false_alarms = (
        Sheet(cases, encode_png(sheet(folder, cases)) if cases else b"")
        for cases in (worst_misses(*judged), worst_false_alarms(*judged))
    )
    return render(results, about, misses, false_alarms)


def render(results: Results, about: About, misses: Sheet, false_alarms: Sheet) -> str:
    """The page as HTML.

    Args:
        results: what was measured.
        about: where it comes from.
        misses: the worst.
        false_alarms: the worst.
    """
    return fill(
        __package__,
        "report.html.j2",
        results=results,
        about=about,
        misses=misses,
        false_alarms=false_alarms,
        plots=_plots(results),
        words=words,
        rates=RATES,
        false_alarm_rates=FALSE_ALARM_RATES,
    )


def _plots(results: Results) -> dict[str, Plot | None]:
    return {
        "found": plots.found_by_class(results.operating["pd"]),
        "precision": plots.precision_recall(results.precision),
        "free_response": plots.free_response(results.free_responses) if results.free_responses else None,
        "slices": plots.found_by_slice(results.slices, words.SLICE_TITLES),
        "reliability": plots.reliability(results.calibration) if results.calibration else None,
        "errors": plots.error_costs(results.errors, words.KIND_NAMES),
    }
