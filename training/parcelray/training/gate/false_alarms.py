"""Whether the candidate, as it is shipped, disturbs no more clean parcels than the champion."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from parcelray.models.statistics import group_bootstrap
from parcelray.training.gate.comparing import CONFIDENCE, compare
from parcelray.training.gate.demands import FalseAlarmDemands
from parcelray.training.gate.sides import Sides
from parcelray.training.gate.verdict import Check

NAME = "false alarms"


def check_false_alarms(sides: Sides, demands: FalseAlarmDemands) -> Check:
    """Compare the shares of clean scans with an alarm of any class, at the thresholds that each is shipped with."""
    scans = len(sides.clean)
    if scans < demands.clean_scans:
        reason = f"{scans} clean test scans, {demands.clean_scans - scans} more needed to compare at all"
        return Check(NAME, False, reason, {"clean_scans": scans})
    # To leave a clean scan in peace is what may not become rarer.
    champion, candidate = (~side.shown(sides.clean) for side in (sides.champion, sides.candidate))
    owners = sides.owners[sides.clean]
    changes = candidate.astype(np.float64) - champion

    def statistics(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        each = weights[owners]
        total = each.sum()
        return np.array([float(each @ changes) / total if total else np.nan])

    (resampled,) = group_bootstrap(sides.groups, statistics, confidence=CONFIDENCE)
    compared = compare(champion, candidate, owners, resampled, demands.tolerance)
    alarms = f"{scans - compared.candidate} of {scans} clean scans raise an alarm, {scans - compared.champion} before"
    most = (
        f"their share may have risen by {max(0.0, -compared.difference.low):.3f}, {demands.tolerance:g} are tolerated"
    )
    if compared.held:
        reason = f"{alarms}; {most}"
    elif compared.more_needed is None:
        reason = f"risen: {alarms}; {demands.tolerance:g} more are tolerated"
    else:
        reason = f"may have risen: {alarms}; {most}; {compared.more_needed} more clean scans needed to tell"
    figures = {
        "clean_scans": scans,
        "alarms": {"champion": scans - compared.champion, "candidate": scans - compared.candidate},
        "share_in_peace": compared.as_dict(),
    }
    return Check(NAME, compared.held, reason, figures)
