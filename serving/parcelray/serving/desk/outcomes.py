"""``Outcomes``: what searches found. A correction is another outcome: the last one counts, and the first stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select

from parcelray.models.errors import BadInputError, StageError
from parcelray.models.taxonomy import load_taxonomy
from parcelray.serving.desk.claims import change, row_of
from parcelray.serving.desk.classes import with_own
from parcelray.serving.desk.codes import OTHER, Decision, Stage
from parcelray.serving.desk.decisions import FoundItem, NewOutcome
from parcelray.serving.desk.entries import Officer, number_of, verdicts_on
from parcelray.serving.desk.once import Request, find_earlier
from parcelray.serving.desk.verdicts import OwnClasses
from parcelray.serving.people.clock import Clock
from parcelray.serving.store.database import Database
from parcelray.serving.store.events import Kind
from parcelray.serving.store.tables import detections, outcome_items, outcomes, scans


@dataclass(frozen=True)
class Outcome:
    """What a search found, by one officer's word.

    Attributes:
        scan_id: of the parcel's scan.
        found: whether anything was.
        items: what.
        seizure_number: of the seizure's record.
        note: in the officer's own words.
        by: name of the officer's account.
        at: when it was told.
    """

    scan_id: str
    found: bool
    items: tuple[FoundItem, ...]
    seizure_number: str | None
    note: str | None
    by: str
    at: datetime


class Outcomes:
    """The outcomes in a database.

    Args:
        database: migrated.
        clock: tells the time.
        own_classes: class -> group, of those that officers may name beside the taxonomy's.
    """

    def __init__(self, database: Database, clock: Clock, own_classes: OwnClasses) -> None:
        self._database = database
        self._clock = clock
        self._own_classes = own_classes

    def tell(self, officer: Officer, scan_id: str, wanted: NewOutcome, key: str) -> tuple[Outcome, bool]:
        """Keep what a search found. It is on the disk when this returns.

        Args:
            officer: who tells it.
            scan_id: of the parcel's scan.
            wanted: what was found.
            key: the officer's own name for this request.

        Returns:
            The outcome, and whether it had been told before.

        Raises:
            KeyReusedError: the key came before with something else.
            NotFoundError: no such scan is at the desk.
            StageError: it was not to be searched.
            BadInputError: a label that nobody knows.
            StorageError: the database does not answer or takes nothing.
        """
        own = self._own_classes()
        request = Request(officer.name, key, wanted.sha256(scan_id))
        with self._database.writing() as connection:
            earlier = find_earlier(connection, outcomes, request)
            if earlier is not None:
                (outcome,) = _outcomes(connection, [earlier], scan_id)
                return outcome, True
            now = self._clock()
            row = row_of(connection, scan_id)
            require_searched(connection, row)
            known = with_own(load_taxonomy(), own, _boxed(connection, row["scan_number"]))
            _check_labels(wanted, {*known.leaves(), OTHER})
            outcome = Outcome(
                scan_id, wanted.found, tuple(wanted.items), wanted.seizure_number, wanted.note, officer.name, now
            )
            _insert(connection, row["scan_number"], outcome, request)
            changes = {"stage": Stage.DONE, "done_at": row["done_at"] or now}
            change(connection, row["scan_number"], changes, Kind.OUTCOME, now)
        return outcome, False

    def of(self, scan_id: str) -> Sequence[Outcome]:
        """All outcomes of a scan's search, in the order in which they were told; none where there are none.

        Raises:
            NotFoundError: there is no such scan.
            StorageError: the database does not answer.
        """
        with self._database.reading() as connection:
            number = number_of(connection, scan_id)
            return outcomes_of(connection, [number]).get(number, [])


def outcomes_of(connection: Connection, scan_numbers: Sequence[int]) -> dict[int, list[Outcome]]:
    """All outcomes of each of some scans, in the order in which they were told."""
    statement = (
        select(*outcomes.c, scans.c.id.label("scan_id"))
        .join(scans, scans.c.number == outcomes.c.scan_number)
        .where(outcomes.c.scan_number.in_(scan_numbers))
        .order_by(outcomes.c.number)
    )
    rows = connection.execute(statement).mappings().all()
    found: dict[int, list[Outcome]] = defaultdict(list)
    for row, outcome in zip(rows, _outcomes(connection, rows), strict=True):
        found[row["scan_number"]].append(outcome)
    return found


def require_searched(connection: Connection, row: RowMapping) -> None:
    """See that the last word on a parcel was to search it.

    Raises:
        StageError: it was not.
    """
    given = verdicts_on(connection, [row["scan_number"]]).get(row["scan_number"], [])
    if not given or given[-1].decision is not Decision.SEARCH:
        raise StageError(
            f"scan {row['scan_id']}: expected a parcel that an officer has sent to be searched, found one at stage "
            f"{row['stage']} that was not"
        )


def _boxed(connection: Connection, number: int) -> dict[str, str]:
    """Label -> group, of all that the model or officers boxed in a scan."""
    found = select(detections.c.label, detections.c.group).where(detections.c.scan_number == number)
    by_model = {row.label: row.group for row in connection.execute(found)}
    given = verdicts_on(connection, [number]).get(number, [])
    return by_model | {box.label: box.group for verdict in given for box in verdict.boxes}


def _check_labels(wanted: NewOutcome, known: set[str]) -> None:
    for place, item in enumerate(wanted.items):
        if item.label not in known:
            expected = f"one of {', '.join(sorted(known))}"
            raise BadInputError(f"body items {place} label", expected=expected, got=repr(item.label))


def _insert(connection: Connection, number: int, outcome: Outcome, request: Request) -> None:
    row = {
        "scan_number": number,
        "at": outcome.at,
        "note": outcome.note,
        "found": outcome.found,
        "seizure_number": outcome.seizure_number,
        **request.columns(),
    }
    (outcome_number,) = connection.execute(insert(outcomes), row).inserted_primary_key or (None,)
    items: list[dict[str, Any]] = [
        {"outcome_number": outcome_number, "position": position, **item.model_dump()}
        for position, item in enumerate(outcome.items)
    ]
    if items:
        connection.execute(insert(outcome_items), items)


def _outcomes(connection: Connection, rows: Sequence[RowMapping], scan_id: str | None = None) -> list[Outcome]:
    items: dict[int, list[FoundItem]] = defaultdict(list)
    of_these = outcome_items.c.outcome_number.in_([row["number"] for row in rows])
    statement = select(outcome_items).where(of_these).order_by(*outcome_items.primary_key)
    for item in connection.execute(statement).mappings():
        fields = {name: item[name] for name in FoundItem.model_fields}
        # What was checked when it came is not held to what may have changed since, such as the list of currencies.
        items[item["outcome_number"]].append(FoundItem.model_construct(**fields))
    return [
        Outcome(
            scan_id=scan_id or row["scan_id"],
            found=row["found"],
            items=tuple(items[row["number"]]),
            seizure_number=row["seizure_number"],
            note=row["note"],
            by=row["by"],
            at=row["at"],
        )
        for row in rows
    ]
