"""The figures of an evaluation as one JSON document; docs/evaluation.md says what each means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from parcelray.models.errors import DatasetError
from parcelray.training.evaluation.judging import Answers, JudgedScan, showing
from parcelray.training.evaluation.ranking import Precision, precision
from parcelray.training.evaluation.rates import detection_rates


def with_items(scans: Sequence[JudgedScan], answers: Answers) -> dict[str, Sequence[int]]:
    """The evaluated categories of which the scans show items.

    Raises:
        DatasetError: they show none of any.
    """
    there = {category: answering for category, answering in answers.items() if showing(scans, category)}
    if not there:
        raise DatasetError("truth", expected="at least one item of an evaluated category", got="none")
    return there


def figures(scans: Sequence[JudgedScan], answers: Answers) -> dict[str, Any]:
    """What a package carries: average precision, and Pd at fixed false alarms.

    Raises:
        DatasetError: no scan shows an item of an evaluated category.
    """
    there = with_items(scans, answers)
    return headline(scans, there, precision(scans, there))


def headline(scans: Sequence[JudgedScan], answers: Answers, measured: Precision) -> dict[str, Any]:
    """The same where average precision is measured already.

    Args:
        scans: what was judged.
        answers: categories of which there are items.
        measured: of these.
    """
    per_class = {}
    for category, answering in answers.items():
        there = showing(scans, category)
        per_class[category] = {
            "items": sum(len(scan.items_of(category)) for scan in there),
            "scans": len(there),
            "groups": len({scan.image.group for scan in there}),
            "ap50": measured.ap50[category].as_dict(),
            "ap": measured.ap[category].as_dict(),
            "pd": [rate.as_dict() for rate in detection_rates(scans, category, answering)],
        }
    return {
        "scans": len(scans),
        "clean_scans": sum(scan.clean for scan in scans),
        "ap50": round(measured.mean_ap50.value, 4),
        "ap": round(measured.mean_ap.value, 4),
        "mean": {"ap50": measured.mean_ap50.as_dict(), "ap": measured.mean_ap.as_dict()},
        "per_class": per_class,
    }
