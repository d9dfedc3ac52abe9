"""Candidate and champion on the test scans of one revision: what the retraining bought, and what it cost."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from parcelray.datasets.coco import read_coco
from parcelray.datasets.progress import progress
from parcelray.datasets.validation.checking import ANNOTATIONS, IMAGES
from parcelray.models.detector import Detector
from parcelray.models.package import ModelPackage
from parcelray.training.evaluation.figures import figures
from parcelray.training.evaluation.judging import judge, plan, taking_part


def compare_on(folder: Path, models: dict[str, ModelPackage]) -> dict[str, Any]:
    """Figures of several models on labelled scans; None for a model of whose classes the scans show none.

    Args:
        folder: with ``images/`` and ``annotations.json``.
        models: by what they are called in the answer.
    """
    data = read_coco(folder / ANNOTATIONS)
    shown = {item.category for item in data.items}
    measured: dict[str, Any] = {}
    for name, package in models.items():
        labels = [label for label in package.manifest.labels if label in shown]
        if not labels:
            measured[name] = None
            continue
        detector = Detector(package, threads=os.cpu_count() or 1)
        answers = plan(data, detector.labels, {label: (label,) for label in labels})
        with progress(f"judging test scans, {name}", len(taking_part(data, answers))) as report:
            measured[name] = figures(judge(detector, folder / IMAGES, data, answers, report), answers)
    return measured
