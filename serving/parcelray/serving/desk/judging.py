"""What an officer says of boxes, held against the scan: each box of the model at most once, each drawn one within."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from parcelray.models.errors import BadInputError
from parcelray.models.naming import NamedDetection
from parcelray.models.taxonomy import Taxonomy
from parcelray.serving.desk.classes import gravest
from parcelray.serving.desk.codes import Action
from parcelray.serving.desk.decisions import JudgedBox
from parcelray.serving.desk.entries import Box, VerdictBox
from parcelray.serving.store.records import ScanRecord, StoredView, ViewState

_SMALLEST_PX = 1.0


def judged_boxes(sent: Sequence[JudgedBox], record: ScanRecord, taxonomy: Taxonomy) -> tuple[VerdictBox, ...]:
    """The boxes of a verdict, with what the model said of those that are its own.

    Args:
        sent: by the officer.
        record: of the scan that they belong to.
        taxonomy: with all own classes that may be named.

    Raises:
        BadInputError: one names no view, no detection, or one that another names too; its label cannot be; or a drawn
            one does not lie within its view.
    """
    named: set[tuple[int, int]] = set()
    boxes = []
    for place, box in enumerate(sent):
        where = f"body boxes {place}"
        if box.view >= len(record.views):
            raise BadInputError(f"{where} view", expected=f"0 to {len(record.views) - 1}", got=str(box.view))
        view = record.views[box.view]
        if box.action is Action.DRAWN:
            boxes.append(_drawn(box, view, where, taxonomy))
            continue
        detection = _detection(box, view, where)
        assert box.rank is not None
        if (box.view, box.rank) in named:
            raise BadInputError(f"{where} rank", expected="each box of the model once", got=f"{box.rank} again")
        named.add((box.view, box.rank))
        label, group = _label_of_detection(box, detection, where, taxonomy)
        boxes.append(VerdictBox(box.view, box.rank, box.action, label, group, detection.box))
    return tuple(boxes)


def gravest_of(record: ScanRecord, boxes: Iterable[VerdictBox], taxonomy: Taxonomy) -> int:
    """How grave what is boxed in a scan is: by the model, whatever the officer says of it, and by officers."""
    groups = {item.group for view in record.views for item in view.detections}
    groups |= {box.group for box in boxes if box.action is not Action.REJECTED}
    return gravest(groups, taxonomy)


def _detection(box: JudgedBox, view: StoredView, where: str) -> NamedDetection:
    if box.box is not None:
        raise BadInputError(f"{where} box", expected="null, for the model's own box stays", got="a box")
    if box.rank is None or box.rank >= len(view.detections):
        known = f"0 to {len(view.detections) - 1}" if view.detections else "none, for the model boxed nothing there"
        raise BadInputError(f"{where} rank", expected=known, got="none" if box.rank is None else str(box.rank))
    return view.detections[box.rank]


def _label_of_detection(box: JudgedBox, detection: NamedDetection, where: str, taxonomy: Taxonomy) -> tuple[str, str]:
    if box.action is not Action.RELABELLED:
        if box.label not in (None, detection.label):
            expected = f"{detection.label}, as the model has it, or null"
            raise BadInputError(f"{where} label", expected=expected, got=repr(box.label))
        return detection.label, detection.group
    if box.label == detection.label:
        raise BadInputError(f"{where} label", expected=f"another than {detection.label}", got=repr(box.label))
    return _known_label(box, where, taxonomy)


def _drawn(box: JudgedBox, view: StoredView, where: str, taxonomy: Taxonomy) -> VerdictBox:
    if box.rank is not None:
        raise BadInputError(f"{where} rank", expected="null, for the box was drawn", got=str(box.rank))
    if view.state is not ViewState.SCREENED or view.width is None or view.height is None:
        raise BadInputError(f"{where} view", expected="one that was screened", got=f"one that is {view.state}")
    if box.box is None:
        raise BadInputError(f"{where} box", expected="x0, y0, x1, y1 of what was drawn", got="none")
    if not _lies_within(box.box, view.width, view.height):
        expected = f"x0 < x1 and y0 < y1, a pixel apart or more, within {view.width} x {view.height} pixels"
        raise BadInputError(f"{where} box", expected=expected, got=", ".join(f"{edge:g}" for edge in box.box))
    label, group = _known_label(box, where, taxonomy)
    return VerdictBox(box.view, None, box.action, label, group, box.box)


def _known_label(box: JudgedBox, where: str, taxonomy: Taxonomy) -> tuple[str, str]:
    if box.label is None or box.label not in taxonomy.leaves():
        expected = f"one of {', '.join(taxonomy.leaves())}"
        raise BadInputError(f"{where} label", expected=expected, got="none" if box.label is None else repr(box.label))
    return box.label, taxonomy.group_of(box.label).name


def _lies_within(box: Box, width: int, height: int) -> bool:
    x0, y0, x1, y1 = box
    return x1 - x0 >= _SMALLEST_PX and y1 - y0 >= _SMALLEST_PX and x1 <= width and y1 <= height
