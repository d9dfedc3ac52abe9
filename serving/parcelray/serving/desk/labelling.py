"""What officers and searches say of a scan, as labels that a model can learn from; or why there are none.

A label that is wrong, or one that is missing, is learned like any other. So only what the desk agrees on leaves it:
each box of the model was judged, and what a search found is what was boxed (docs/queue.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from parcelray.serving.desk.codes import OTHER, Action
from parcelray.serving.desk.entries import Box, Verdict, VerdictBox
from parcelray.serving.desk.outcomes import Outcome
from parcelray.serving.store.records import ScanRecord, ViewState


class LeftOut(StrEnum):
    """Why a view, or a scan, teaches nothing."""

    NOT_SCREENED = "not_screened"
    """No model looked at the view."""
    NOT_JUDGED = "not_judged"
    """A box of the model was neither confirmed, nor rejected, nor relabelled."""
    FOUND_OTHERWISE = "found_otherwise"
    """The search found something of a class that nobody boxed, or nothing of one that somebody did."""
    SAME_PICTURE = "same_picture"
    """The same picture was decided later, too: that counts."""
    DAMAGED = "damaged"
    """An image is no longer as it was stored."""


@dataclass(frozen=True)
class LabelledView:
    """A view with all that is in it.

    Attributes:
        index: of the view.
        items: label and box of each; none of them where nothing is in it.
    """

    index: int
    items: tuple[tuple[str, Box], ...]


def label_scan(
    record: ScanRecord, verdicts: Sequence[Verdict], outcome: Outcome | None
) -> tuple[list[LabelledView], list[LeftOut]]:
    """The labels of a scan that is done.

    Args:
        record: the scan.
        verdicts: all, in order. The last one that speaks of boxes is the officers' word on them.
        outcome: the last one, where the parcel was searched.

    Returns:
        The views that can be learned from, and why others cannot; once for each.
    """
    boxes = next((verdict.boxes for verdict in reversed(verdicts) if verdict.boxes), ())
    kept = [box for box in boxes if box.action is not Action.REJECTED]
    is_empty = outcome is not None and not outcome.found
    if outcome is not None and outcome.found:
        found = {item.label for item in outcome.items} - {OTHER}
        if found != {box.label for box in kept}:
            return [], [LeftOut.FOUND_OTHERWISE] * len(record.views)
    labelled, left_out = [], []
    for index, view in enumerate(record.views):
        judged = {box.rank for box in boxes if box.view == index}
        if view.state is not ViewState.SCREENED:
            left_out.append(LeftOut.NOT_SCREENED)
        elif is_empty:
            labelled.append(LabelledView(index, ()))
        elif not judged.issuperset(range(len(view.detections))):
            left_out.append(LeftOut.NOT_JUDGED)
        else:
            labelled.append(
                LabelledView(index, tuple(_item(box, view.width, view.height) for box in kept if box.view == index))
            )
    return labelled, left_out


def _item(box: VerdictBox, width: int | None, height: int | None) -> tuple[str, Box]:
    """Label and box; a model's box may reach over the picture's edge, a label's may not."""
    assert width is not None
    assert height is not None
    x0, y0, x1, y1 = box.box
    return box.label, (max(x0, 0.0), max(y0, 0.0), min(x1, float(width)), min(y1, float(height)))
