"""What is learned from what was said: only what the desk agrees on, and all of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from parcelray.models.taxonomy import load_taxonomy
from parcelray.serving.desk.codes import Decision, Stage
from parcelray.serving.desk.decisions import FoundItem, JudgedBox
from parcelray.serving.desk.entries import Verdict
from parcelray.serving.desk.judging import judged_boxes
from parcelray.serving.desk.labelling import LeftOut, label_scan
from parcelray.serving.desk.outcomes import Outcome
from parcelray.serving.store.records import ScanRecord
from support.parcels_at_desk import OWN, drawn, judged, scan_with, unseen_view, view_with

AT = datetime(2026, 11, 24, tzinfo=UTC)
PISTOL, PIPE = (0.0, 5.0, 8.0, 25.5), (10.0, 5.0, 18.0, 25.5)
DRAWN = (1.0, 2.0, 30.0, 40.0)
TWO = scan_with([view_with("pistol", "pipe")])


def word(record: ScanRecord, *boxes: dict[str, Any]) -> Verdict:
    sent = [JudgedBox.model_validate(box) for box in boxes]
    made = judged_boxes(sent, record, load_taxonomy().with_own(OWN))
    return Verdict(record.id, Stage.SCREEN, Stage.DONE, Decision.RELEASE, "x", None, "anna", AT, None, made)


def search(*labels: str) -> Outcome:
    items = tuple(FoundItem(label=label, where="other", description="d") for label in labels)
    return Outcome(TWO.id, bool(labels), items, None, None, "anna", AT)


@pytest.mark.parametrize(
    ("boxes", "outcome", "items"),
    [
        ([judged(0, "confirmed"), judged(1, "rejected")], None, [("pistol", PISTOL)]),
        ([judged(0, "rejected"), judged(1, "rejected")], None, []),
        ([judged(0, "relabelled", "revolver"), judged(1, "confirmed")], None, [("revolver", PISTOL), ("pipe", PIPE)]),
        (
            [judged(0, "rejected"), judged(1, "rejected"), drawn("wrench")],
            None,
            [("wrench", DRAWN)],
        ),
        ([judged(0, "confirmed"), judged(1, "rejected")], search("pistol"), [("pistol", PISTOL)]),
        ([judged(0, "confirmed"), judged(1, "rejected")], search("pistol", "other"), [("pistol", PISTOL)]),
        # The search has the last word, also where nobody judged anything.
        ([judged(0, "confirmed"), judged(1, "confirmed"), drawn("wrench")], search(), []),
        ([], search(), []),
    ],
)
def test_what_was_agreed_on_is_learned(boxes: list[Any], outcome: Outcome | None, items: list[Any]) -> None:
    (view,), left_out = label_scan(TWO, [word(TWO, *boxes)], outcome)
    assert (list(view.items), left_out) == (items, [])


@pytest.mark.parametrize(
    ("boxes", "outcome", "why"),
    [
        ([], None, LeftOut.NOT_JUDGED),
        ([judged(0, "confirmed")], None, LeftOut.NOT_JUDGED),
        ([drawn("wrench")], None, LeftOut.NOT_JUDGED),
        ([judged(0, "confirmed"), judged(1, "rejected")], search("revolver"), LeftOut.FOUND_OTHERWISE),
        ([judged(0, "confirmed"), judged(1, "rejected")], search("pistol", "pipe"), LeftOut.FOUND_OTHERWISE),
        ([judged(0, "confirmed"), judged(1, "confirmed")], search("pistol"), LeftOut.FOUND_OTHERWISE),
        ([judged(0, "confirmed"), judged(1, "rejected")], search("other"), LeftOut.FOUND_OTHERWISE),
    ],
)
def test_what_was_not_is_left_out(boxes: list[Any], outcome: Outcome | None, why: LeftOut) -> None:
    assert label_scan(TWO, [word(TWO, *boxes)], outcome) == ([], [why])


def test_the_last_word_on_boxes_is_the_whole_word() -> None:
    first = word(TWO, judged(0, "confirmed"), judged(1, "confirmed"), drawn("wrench"))
    second = word(TWO, judged(0, "rejected"), judged(1, "confirmed"))
    (view,), _ = label_scan(TWO, [first, second], None)
    assert view.items == (("pipe", PIPE),)
    # One that speaks of no box leaves what was said before.
    (view,), _ = label_scan(TWO, [first, word(TWO)], None)
    assert [label for label, _ in view.items] == ["pistol", "pipe", "wrench"]


def test_each_view_is_judged_for_itself() -> None:
    record = scan_with([view_with("pistol"), view_with(), unseen_view(), view_with("pipe")])
    labelled, left_out = label_scan(record, [word(record, judged(0, "confirmed"))], None)
    assert [(view.index, len(view.items)) for view in labelled] == [(0, 1), (1, 0)]
    assert left_out == [LeftOut.NOT_SCREENED, LeftOut.NOT_JUDGED]


def test_a_box_of_the_model_that_reaches_over_the_edge_is_cut_there() -> None:
    record = scan_with([view_with(*["pistol"] * 13)])
    boxes = [judged(rank, "confirmed") for rank in range(13)]
    (view,), _ = label_scan(record, [word(record, *boxes)], None)
    assert view.items[12] == ("pistol", (120.0, 5.0, 128.0, 25.5))
    record = scan_with([view_with(*["pistol"] * 14)])
    boxes.append(judged(13, "rejected"))
    assert len(label_scan(record, [word(record, *boxes)], None)[0][0].items) == 13
