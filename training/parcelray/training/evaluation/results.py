"""Everything that is measured of a model on labelled scans, in one value: for JSON and for the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from parcelray.models.package import Operating
from parcelray.models.statistics import RECALLS
from parcelray.training.evaluation.calibrating import CalibrationFigures, calibration_figures
from parcelray.training.evaluation.error_split import ErrorSplit, error_split
from parcelray.training.evaluation.figures import headline, with_items
from parcelray.training.evaluation.free_response import FreeResponses, free_responses
from parcelray.training.evaluation.judging import Answers, JudgedScan
from parcelray.training.evaluation.operating import as_shown, at_thresholds
from parcelray.training.evaluation.ranking import Precision, precision
from parcelray.training.evaluation.slices import SliceFigures, slices


@dataclass(frozen=True)
class Results:
    """What was measured.

    Attributes:
        headline: as a package carries it, see ``figures``.
        operating: what an operator is shown, see ``at_thresholds``.
        precision: with the curves.
        slices: by scanner, concealment and size.
        free_responses: None without clean scans.
        calibration: None without boxes to tell of.
        errors: of all boxes.
        errors_shown: of the boxes that an operator is shown.
    """

    headline: Mapping[str, Any]
    operating: Mapping[str, Any]
    precision: Precision
    slices: Sequence[SliceFigures]
    free_responses: FreeResponses | None
    calibration: CalibrationFigures | None
    errors: ErrorSplit
    errors_shown: ErrorSplit

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            **self.headline,
            "operating": self.operating,
            "precision_at_recall": {
                "recall": RECALLS.round(2).tolist(),
                "per_class": {name: curve.round(4).tolist() for name, curve in self.precision.curves.items()},
            },
            "slices": [one.as_dict() for one in self.slices],
            "free_response": self.free_responses.as_dict() if self.free_responses else None,
            "calibration": self.calibration.as_dict() if self.calibration else None,
            "errors": self.errors.as_dict(),
            "errors_shown": self.errors_shown.as_dict(),
        }


def measure(scans: Sequence[JudgedScan], answers: Answers, labels: Sequence[str], operating: Operating) -> Results:
    """Measure everything.

    Args:
        scans: what was judged.
        answers: the evaluated categories.
        labels: of the model, in order.
        operating: thresholds of the model.

    Raises:
        DatasetError: no scan shows an item of an evaluated category.
    """
    there = with_items(scans, answers)
    precise = precision(scans, there)
    return Results(
        headline=headline(scans, there, precise),
        operating=at_thresholds(scans, answers, labels, operating),
        precision=precise,
        slices=slices(scans, there),
        free_responses=free_responses(scans, there),
        calibration=calibration_figures(scans, answers, len(labels)),
        errors=error_split(scans, answers),
        errors_shown=error_split(as_shown(scans, answers, labels, operating), answers),
    )
