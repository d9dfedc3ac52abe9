"""``Verdicts``: what officers decide, and where a parcel goes from there. They are kept for good, in order.

Two persons: what a model or an officer boxed as grave is released by two people or not at all, whichever way the parcel
takes (docs/decisions/0016).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select

from parcelray.models.errors import BadInputError, NotClaimedError, SecondPersonError
from parcelray.models.taxonomy import Taxonomy, load_taxonomy
from parcelray.serving.desk.claims import (
    change,
    require_not_held,
    require_role,
    require_second_person,
    require_stage,
    row_of,
)
from parcelray.serving.desk.classes import with_own
from parcelray.serving.desk.codes import TO_DECIDE, Decision, Stage
from parcelray.serving.desk.decisions import NewVerdict
from parcelray.serving.desk.entries import Officer, Verdict, VerdictBox, number_of, verdict_numbered, verdicts_on
from parcelray.serving.desk.judging import gravest_of, judged_boxes
from parcelray.serving.desk.once import Request, find_earlier
from parcelray.serving.people.clock import Clock
from parcelray.serving.store.database import Database
from parcelray.serving.store.events import Kind
from parcelray.serving.store.records import ScanRecord
from parcelray.serving.store.rows import records_of
from parcelray.serving.store.tables import scans, verdict_boxes, verdicts

OwnClasses = Callable[[], Mapping[str, str]]


class Verdicts:
    """The verdicts in a database.

    Args:
        database: migrated.
        clock: tells the time.
        own_classes: class -> group, of those that officers may name beside the taxonomy's.
        second_person_severity: what is as grave as this, or graver, is released by two people; 0 for nothing.
    """

    def __init__(
        self, database: Database, clock: Clock, own_classes: OwnClasses, *, second_person_severity: int
    ) -> None:
        self._database = database
        self._clock = clock
        self._own_classes = own_classes
        self._grave = second_person_severity

    def give(self, officer: Officer, scan_id: str, wanted: NewVerdict, key: str) -> tuple[Verdict, bool]:
        """Decide a parcel. The verdict is on the disk when this returns.

        Args:
            officer: who holds the parcel, or held it last.
            scan_id: of the parcel's scan.
            wanted: the verdict.
            key: the officer's own name for this request.

        Returns:
            The verdict, and whether it had been given before.

        Raises:
            KeyReusedError: the key came before with something else.
            NotFoundError: no such scan is at the desk.
            StageError: nothing is to be decided about it any more.
            RoleRefusedError: it was escalated, and the officer is no supervisor.
            ClaimedError: another officer holds it.
            NotClaimedError: the officer has not claimed it, or somebody else has since.
            SecondPersonError: it takes another person.
            BadInputError: a box cannot be, or the decision cannot be taken at this stage.
            StorageError: the database does not answer or takes nothing.
        """
        own = self._own_classes()
        request = Request(officer.name, key, wanted.sha256(scan_id))
        with self._database.writing() as connection:
            earlier = find_earlier(connection, verdicts, request)
            if earlier is not None:
                return verdict_numbered(connection, earlier["number"]), True
            now = self._clock()
            row = row_of(connection, scan_id)
            _require_to_decide(row, officer, now)
            record = _record(connection, row["scan_number"])
            boxes = judged_boxes(wanted.boxes, record, _taxonomy_of(record, own))
            before = verdicts_on(connection, [row["scan_number"]]).get(row["scan_number"], [])
            severity = gravest_of(record, [*boxes, *(box for one in before for box in one.boxes)], load_taxonomy())
            verdict = Verdict(
                scan_id=scan_id,
                stage=Stage(row["stage"]),
                leads_to=self._leads_to(row, officer, wanted.decision, severity),
                decision=wanted.decision,
                reason=wanted.reason,
                note=wanted.note,
                by=officer.name,
                at=now,
                opened_at=wanted.opened_at,
                boxes=boxes,
            )
            _insert(connection, row["scan_number"], verdict, request)
            changes = {
                "stage": verdict.leads_to,
                # What an officer drew may be graver than what the model saw.
                "severity": min(row["severity"], severity),
                "claimed_by": None,
                "claimed_until": None,
                "first_by": row["first_by"] or officer.name,
                "done_at": now if verdict.leads_to is Stage.DONE else None,
            }
            change(connection, row["scan_number"], changes, Kind.DECIDED, now)
        return verdict, False

    def on(self, scan_id: str) -> Sequence[Verdict]:
        """All verdicts on a scan, in the order in which they were given; none where it was never decided.

        Raises:
            NotFoundError: there is no such scan.
            StorageError: the database does not answer.
        """
        with self._database.reading() as connection:
            number = number_of(connection, scan_id)
            return verdicts_on(connection, [number]).get(number, [])

    def _leads_to(self, row: RowMapping, officer: Officer, decision: Decision, severity: int) -> Stage:
        stage = Stage(row["stage"])
        if decision is Decision.SEARCH:
            return Stage.SEARCH
        if decision is Decision.ESCALATE:
            if stage is Stage.ESCALATED:
                raise BadInputError(
                    "body decision", expected="release or search, for the parcel was escalated", got="escalate"
                )
            return Stage.ESCALATED
        if severity > self._grave:
            return Stage.DONE
        if stage is Stage.SCREEN:
            return Stage.SECOND
        if row["first_by"] == officer.name:
            raise SecondPersonError(
                f"scan {row['scan_id']}: expected another person than {officer.name}, who decided first, to release "
                "what is this grave"
            )
        return Stage.DONE


def _require_to_decide(row: RowMapping, officer: Officer, now: datetime) -> None:
    stage = Stage(row["stage"])
    require_stage(row["scan_id"], stage, TO_DECIDE)
    require_role(officer, stage)
    require_not_held(row, officer, now)
    require_second_person(row, officer, stage)
    if row["claimed_by"] != officer.name:
        raise NotClaimedError(
            f"scan {row['scan_id']}: expected a parcel that {officer.name} has claimed, and nobody else since; "
            "claim it first"
        )


def _record(connection: Connection, number: int) -> ScanRecord:
    row = connection.execute(select(*scans.c).where(scans.c.number == number)).mappings().one()
    (record,) = records_of(connection, [row])
    return record


def _taxonomy_of(record: ScanRecord, own: Mapping[str, str]) -> Taxonomy:
    """The taxonomy with the own classes that are known now, and those that the model knew which screened the scan."""
    seen = {item.label: item.group for view in record.views for item in view.detections}
    return with_own(load_taxonomy(), own, seen)


def _insert(connection: Connection, number: int, verdict: Verdict, request: Request) -> None:
    row = {
        "scan_number": number,
        "at": verdict.at,
        "note": verdict.note,
        "stage": verdict.stage,
        "leads_to": verdict.leads_to,
        "decision": verdict.decision,
        "reason": verdict.reason,
        "opened_at": verdict.opened_at,
        **request.columns(),
    }
    (verdict_number,) = connection.execute(insert(verdicts), row).inserted_primary_key or (None,)
    boxes = [_box_row(verdict_number, position, box) for position, box in enumerate(verdict.boxes)]
    if boxes:
        connection.execute(insert(verdict_boxes), boxes)


def _box_row(number: int | None, position: int, box: VerdictBox) -> dict[str, Any]:
    x0, y0, x1, y1 = box.box
    return {
        "verdict_number": number,
        "position": position,
        "view_index": box.view,
        "rank": box.rank,
        "action": box.action,
        "label": box.label,
        "group": box.group,
        "x0": x0,
        "y0": y0,
        "x1": x1,
        "y1": y1,
    }
