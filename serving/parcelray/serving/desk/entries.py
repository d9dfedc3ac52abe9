"""What the desk tells of a parcel: frozen nouns, and how they are read from rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, FromClause, RowMapping, Select, func, select

from parcelray.models.errors import NotFoundError
from parcelray.serving.desk.codes import Action, Decision, Stage
from parcelray.serving.store.events import written
from parcelray.serving.store.records import ScanState
from parcelray.serving.store.search import labels_of
from parcelray.serving.store.tables import desk, scans, verdict_boxes, verdicts

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Officer:
    """Who works at the desk.

    Attributes:
        name: of the account.
        is_supervisor: whether escalated parcels are theirs to decide.
    """

    name: str
    is_supervisor: bool


@dataclass(frozen=True)
class VerdictBox:
    """What an officer said of one box.

    Attributes:
        view: index of the view.
        rank: place of the model's detection in the view's list; None where the officer drew it.
        action: what was done to it.
        label: what it is; of one that was rejected, what the model took it for.
        group: that the label belongs to.
        box: x0, y0, x1, y1 in pixels of the view; the model's own, unless it was drawn.
    """

    view: int
    rank: int | None
    action: Action
    label: str
    group: str
    box: Box


@dataclass(frozen=True)
class Verdict:
    """An officer's word on a parcel. It is never changed.

    Attributes:
        scan_id: of the parcel's scan.
        stage: at which it was given.
        leads_to: the stage that it led to.
        decision: what becomes of the parcel.
        reason: one of ``codes.REASONS``.
        note: in the officer's own words.
        by: name of the officer's account.
        at: when it was given.
        opened_at: when the officer's page had drawn the parcel, as the page says.
        boxes: in the order in which they were sent.
    """

    scan_id: str
    stage: Stage
    leads_to: Stage
    decision: Decision
    reason: str
    note: str | None
    by: str
    at: datetime
    opened_at: datetime | None
    boxes: tuple[VerdictBox, ...]


@dataclass(frozen=True)
class Entry:
    """A parcel at the desk.

    Attributes:
        scan_id: of its scan; the attributes that are not named here are the scan's own.
        stage: where it stands.
        severity: of the gravest that is in it, 1 being gravest; 0 where a view was not screened, 9 where nothing was
            highlighted.
        labels: each label that the model found, once.
        queued_at: when it came to the desk.
        claimed_by: name of the account of the officer who holds it.
        claimed_until: when that ends, unless the officer says that it goes on.
        first_verdict: the first officer's word, once there is one.
    """

    scan_id: str
    stage: Stage
    severity: int
    labels: tuple[str, ...]
    consignment_id: str | None
    scanner_id: str | None
    state: ScanState
    taken_at: datetime | None
    received_at: datetime
    queued_at: datetime
    claimed_by: str | None
    claimed_until: datetime | None
    first_verdict: Verdict | None


def entry_rows(rows: FromClause) -> Select[Any]:
    """What ``entries_of`` reads entries from.

    Args:
        rows: of the table ``desk``: all of it, or some.
    """
    return select(
        *rows.c,
        scans.c.id.label("scan_id"),
        scans.c.consignment_id,
        scans.c.scanner_id,
        scans.c.state,
        scans.c.taken_at,
        scans.c.received_at,
        scans.c.workstation,
    ).join(scans, scans.c.number == rows.c.scan_number)


ENTRY_ROWS = entry_rows(desk)
"""All entries, to be narrowed down."""


def entries_of(connection: Connection, rows: Sequence[RowMapping], now: datetime) -> list[Entry]:
    """The entries of some rows of ``ENTRY_ROWS``, in their order; claims that have run out by now are none."""
    labels = labels_of(connection, [row["scan_number"] for row in rows])
    judged = [row["scan_number"] for row in rows if row["first_by"] is not None]
    firsts = first_verdicts(connection, judged) if judged else {}
    return [_entry(row, labels[row["scan_number"]], firsts.get(row["scan_number"]), now) for row in rows]


def _entry(row: RowMapping, labels: Iterable[str], first: Verdict | None, now: datetime) -> Entry:
    is_held = row["claimed_until"] is not None and row["claimed_until"] > now
    return Entry(
        scan_id=row["scan_id"],
        stage=Stage(row["stage"]),
        severity=row["severity"],
        labels=tuple(labels),
        consignment_id=row["consignment_id"],
        scanner_id=row["scanner_id"],
        state=ScanState(row["state"]),
        taken_at=row["taken_at"],
        received_at=row["received_at"],
        queued_at=row["queued_at"],
        claimed_by=row["claimed_by"] if is_held else None,
        claimed_until=row["claimed_until"] if is_held else None,
        first_verdict=first,
    )


def first_verdicts(connection: Connection, scan_numbers: Sequence[int]) -> dict[int, Verdict]:
    """The first verdict on each of some scans, by their numbers."""
    firsts = select(func.min(verdicts.c.number)).where(verdicts.c.scan_number.in_(scan_numbers))
    numbers = connection.scalars(firsts.group_by(verdicts.c.scan_number)).all()
    return {number: verdict for number, (verdict,) in _verdicts(connection, verdicts.c.number.in_(numbers)).items()}


def verdicts_on(connection: Connection, scan_numbers: Sequence[int]) -> dict[int, list[Verdict]]:
    """All verdicts on each of some scans, in the order in which they were given."""
    return _verdicts(connection, verdicts.c.scan_number.in_(scan_numbers))


def verdict_numbered(connection: Connection, number: int) -> Verdict:
    """The verdict of one row."""
    ((verdict,),) = _verdicts(connection, verdicts.c.number == number).values()
    return verdict


def _verdicts(connection: Connection, condition: Any) -> dict[int, list[Verdict]]:
    statement = select(*verdicts.c, scans.c.id.label("scan_id")).join(scans, scans.c.number == verdicts.c.scan_number)
    rows = connection.execute(statement.where(condition).order_by(verdicts.c.number)).mappings().all()
    boxes: dict[int, list[VerdictBox]] = defaultdict(list)
    if rows:
        of_these = verdict_boxes.c.verdict_number.in_([row["number"] for row in rows])
        for box in connection.execute(select(verdict_boxes).where(of_these).order_by(*verdict_boxes.primary_key)):
            boxes[box.verdict_number].append(
                VerdictBox(
                    box.view_index,
                    box.rank,
                    Action(box.action),
                    box.label,
                    box.group,
                    (box.x0, box.y0, box.x1, box.y1),
                )
            )
    found: dict[int, list[Verdict]] = defaultdict(list)
    for row in rows:
        found[row["scan_number"]].append(
            Verdict(
                scan_id=row["scan_id"],
                stage=Stage(row["stage"]),
                leads_to=Stage(row["leads_to"]),
                decision=Decision(row["decision"]),
                reason=row["reason"],
                note=row["note"],
                by=row["by"],
                at=row["at"],
                opened_at=row["opened_at"],
                boxes=tuple(boxes[row["number"]]),
            )
        )
    return found


def entry_document(entry: Entry) -> dict[str, Any]:
    """An entry as JSON has it, in events and in answers."""
    return {
        "scan_id": entry.scan_id,
        "stage": entry.stage.value,
        "severity": entry.severity,
        "labels": list(entry.labels),
        "consignment_id": entry.consignment_id,
        "scanner_id": entry.scanner_id,
        "state": entry.state.value,
        "taken_at": written(entry.taken_at),
        "received_at": written(entry.received_at),
        "queued_at": written(entry.queued_at),
        "claimed_by": entry.claimed_by,
        "claimed_until": written(entry.claimed_until),
        "first_verdict": None if entry.first_verdict is None else verdict_document(entry.first_verdict),
    }


def verdict_document(verdict: Verdict) -> dict[str, Any]:
    """A verdict as JSON has it."""
    return {
        "scan_id": verdict.scan_id,
        "stage": verdict.stage.value,
        "leads_to": verdict.leads_to.value,
        "decision": verdict.decision.value,
        "reason": verdict.reason,
        "note": verdict.note,
        "by": verdict.by,
        "at": written(verdict.at),
        "opened_at": written(verdict.opened_at),
        "boxes": [
            {
                "view": box.view,
                "rank": box.rank,
                "action": box.action.value,
                "label": box.label,
                "group": box.group,
                "box": list(box.box),
            }
            for box in verdict.boxes
        ],
    }


def number_of(connection: Connection, scan_id: str) -> int:
    """The number of a scan, whether or not it came to the desk.

    Raises:
        NotFoundError: there is no such scan.
    """
    number: int | None = connection.scalar(select(scans.c.number).where(scans.c.id == scan_id))
    if number is None:
        raise NotFoundError(f"scan {scan_id}: expected the id of a scan that is kept, found none")
    return number
