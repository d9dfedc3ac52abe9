"""What is asked of classes that the champion does not know: some evidence that they are found."""

from __future__ import annotations

from typing import Any

from parcelray.models.statistics import wilson
from parcelray.training.evaluation.rates import alarm_scores, cut_for
from parcelray.training.gate.comparing import CONFIDENCE
from parcelray.training.gate.demands import Demands
from parcelray.training.gate.sides import Sides
from parcelray.training.gate.verdict import Check

NAME = "new classes"


def check_new_classes(sides: Sides, demands: Demands) -> Check:
    """Each must show on enough test scans, and be found on more of them than its false alarms are of clean ones."""
    share, fewest = demands.found.false_alarms, demands.new_classes.scans
    figures: dict[str, Any] = {}
    wants, told = [], []
    for label in sides.new:
        places = sides.showing(label)
        answering = sides.candidate.answering(label)
        alarms = alarm_scores((sides.candidate.scans[place] for place in sides.clean), answering)
        hits = int((sides.candidate.best_on_items(label, places) > cut_for(alarms, share)).sum())
        figures[label] = {"scans": len(places), "found": hits}
        if label in demands.found.waived:
            told.append(f"{label}: no proof was asked for")
        elif len(places) < fewest:
            wants.append(f"{label}: {len(places)} test scans show it, {fewest - len(places)} more needed")
        else:
            rate = wilson(hits, len(places), CONFIDENCE)
            figures[label] |= {"rate": rate.as_dict()}
            found = f"{label}: found on {hits} of {len(places)} scans at {share:.0%} false alarms"
            (told if rate.low > share else wants).append(found)
    reason = "; ".join(wants or told) or "there is none"
    return Check(NAME, not wants, reason, {"scans_asked_for": fewest, "classes": figures})
