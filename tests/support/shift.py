"""A shift's work, written into a database at once: scans, what officers decided and what searches found, by chance.

Made for figures: no images lie behind the scans. The same seed makes the same shift.
"""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert

from parcelray.models.taxonomy import load_taxonomy
from parcelray.serving.store.database import Database
from parcelray.serving.store.tables import (
    desk,
    detections,
    outcome_items,
    outcomes,
    scan_labels,
    scans,
    verdict_boxes,
    verdicts,
    views,
)

# Share of the scans in which each class is highlighted.
LABELS = {
    "pistol": 0.01,
    "power_source": 0.02,
    "magazine": 0.012,
    "ammunition": 0.012,
    "liquid_container": 0.03,
    "banknote_bundle": 0.02,
}
NOT_SCREENED = 0.004
RIGHT = 0.75
MISSED = 0.04
_BATCH = 2000
_BOX = {"x0": 10.0, "y0": 5.0, "x1": 60.0, "y1": 45.0}


def fill_shift(
    database: Database, count: int, since: datetime, until: datetime, *, now: datetime | None = None, seed: int = 1
) -> None:
    """Store so many scans that came one after the other in some time, and what had been said of them by now.

    Args:
        database: migrated; holds no scans yet.
        count: of scans.
        since: when the first came.
        until: when the last came, about.
        now: what was said later is not there yet; None for all.
        seed: of chance.
    """
    maker = _Maker(random.Random(seed), now)
    for first in range(1, count + 1, _BATCH):
        for number in range(first, min(first + _BATCH, count + 1)):
            # More at the middle of the time than at its ends.
            place = (number - 1) / count
            maker.add(number, since + (until - since) * (place - 0.08 * maker.chance.random() * place))
        with database.writing() as connection:
            for table, rows in maker.take():
                connection.execute(insert(table), rows)


class _Maker:
    def __init__(self, chance: random.Random, now: datetime | None) -> None:
        self.chance = chance
        self._now = now
        self._rows: dict[Any, list[dict[str, Any]]] = defaultdict(list)
        self._verdict = self._outcome = 0

    def take(self) -> list[tuple[Any, list[dict[str, Any]]]]:
        """What was made since the last time, in the order in which it can be stored."""
        order = (scans, views, detections, scan_labels, desk, verdicts, verdict_boxes, outcomes, outcome_items)
        taken = [(table, self._rows[table]) for table in order if self._rows[table]]
        self._rows = defaultdict(list)
        return taken

    def add(self, number: int, at: datetime) -> None:
        """One scan, with all that follows."""
        chance = self.chance
        is_seen = chance.random() >= NOT_SCREENED
        found = [label for label, share in LABELS.items() if is_seen and chance.random() < share]
        state = "screened" if is_seen else "not_screened"
        model = {"model_name": "parcelray", "model_version": "0002", "taxonomy": 1, "model_sha256": "0" * 64}
        basis = {"thresholds": dict.fromkeys(LABELS, 0.5), "calibrated": True, "basis": "chosen for tests"}
        self._rows[scans].append(
            {
                "number": number, "id": f"{chance.getrandbits(128):032x}", "state": state, "workstation": "belt-1",
                "scanner_id": "belt-1", "consignment_id": f"RR{number:09}DE", "taken_at": at, "received_at": at,
                "screened_at": at, "at": at, "content_sha256": f"{number:064x}",
                **(model if is_seen else dict.fromkeys(model)), "operating": basis if is_seen else None,
            }
        )  # fmt: skip
        self._rows[views].append(
            {
                "scan_number": number, "index": 0, "state": state, "width": 640 if is_seen else None,
                "height": 480 if is_seen else None, "warnings": [],
                "not_screened": None if is_seen else {"type": "urn:x", "message": "no image"},
            }
        )  # fmt: skip
        for rank, label in enumerate(found):
            box = {"label": label, "group": load_taxonomy().group_of(label).name, **_BOX}
            self._rows[detections].append({"scan_number": number, "view_index": 0, "rank": rank, "score": 0.9, **box})
            self._rows[scan_labels].append({"label": label, "at": at, "scan_number": number})
        if found or not is_seen:
            self._decide(number, at, found)

    def _decide(self, number: int, at: datetime, found: list[str]) -> None:
        chance = self.chance
        decided_at = at + timedelta(seconds=20 + chance.expovariate(1 / 240))
        row = {
            "scan_number": number,
            "severity": 3,
            "queued_at": at,
            "stage": "screen",
            "first_by": None,
            "done_at": None,
        }
        self._rows[desk].append(row)
        if self._now is not None and decided_at > self._now:
            return
        words = ["confirmed" if chance.random() < RIGHT else "rejected" for _ in found]
        decision = "search" if "confirmed" in words else "release"
        if not found or chance.random() < 0.05:
            decision = "escalate" if chance.random() < 0.5 else "search"
        leads_to = {"release": "done", "search": "search", "escalate": "escalated"}[decision]
        self._verdict += 1
        given = {"scan_number": number, "at": decided_at, "by": "anna", "request_sha256": "0" * 64}
        self._rows[verdicts].append(
            {
                **given, "number": self._verdict, "idempotency_key": f"v{self._verdict}", "stage": "screen",
                "leads_to": leads_to, "decision": decision, "reason": "alarm_confirmed",
                "opened_at": decided_at - timedelta(seconds=4 + chance.expovariate(1 / 9)),
            }
        )  # fmt: skip
        judged = [*zip(range(len(found)), found, words, strict=True)]
        drawn = [(None, "frame", "drawn")] if found and chance.random() < MISSED else []
        for position, (rank, label, action) in enumerate([*judged, *drawn]):
            box = {"label": label, "group": load_taxonomy().group_of(label).name, "view_index": 0, **_BOX}
            of_verdict = {"verdict_number": self._verdict, "position": position}
            self._rows[verdict_boxes].append({**of_verdict, "rank": rank, "action": action, **box})
        row |= {"stage": leads_to, "first_by": "anna", "done_at": decided_at if decision == "release" else None}
        if decision == "search":
            self._search(row, given, [label for label, word in zip(found, words, strict=True) if word == "confirmed"])

    def _search(self, row: dict[str, Any], given: dict[str, Any], expected: list[str]) -> None:
        chance = self.chance
        at = given["at"] + timedelta(seconds=300 + chance.expovariate(1 / 1200))
        if self._now is not None and at > self._now:
            return
        taken = [label for label in expected if chance.random() < 0.4]
        self._outcome += 1
        number = self._outcome
        row |= {"stage": "done", "done_at": at}
        self._rows[outcomes].append(
            {**given, "at": at, "number": number, "idempotency_key": f"o{number}", "found": bool(taken)}
        )
        for position, label in enumerate(taken):
            is_cash = label == "banknote_bundle"
            self._rows[outcome_items].append(
                {
                    "outcome_number": number, "position": position, "label": label, "where": "among_goods",
                    "count": None if is_cash else chance.randint(1, 5),
                    "amount": f"{chance.randint(5000, 60000)}.50" if is_cash else None,
                    "currency": chance.choice(("EUR", "USD", "CHF")) if is_cash else None,
                }
            )  # fmt: skip
