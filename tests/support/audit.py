"""Whether a service kept what it said it kept: all of it, whole, and once. What was found wrong is said in words.

The tables are read with SQL of our own, and images with none of the service's code: it is the service that is judged.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import httpx2
from sqlalchemy import Connection, text

from support.listener import Heard
from support.senders import Answered

# What changes when a pending scan is looked at.
_LATER = ("state", "screened_at", "model", "operating")
_LATER_OF_VIEWS = ("state", "width", "height", "detections", "warnings", "not_screened")

# Each finds the ids (or numbers) of what must not be.
_BROKEN = {
    "has no views": """
        SELECT scans.id FROM scans LEFT JOIN views ON views.scan_number = scans.number
        WHERE views.scan_number IS NULL""",
    "has a view without images": """
        SELECT views.scan_number FROM views
        LEFT JOIN files ON files.scan_number = views.scan_number AND files.view_index = views."index"
        WHERE files.band IS NULL""",
    "lacks a view between others": """
        SELECT scan_number FROM views GROUP BY scan_number HAVING MAX("index") + 1 <> COUNT(*)""",
    "has an image of no view": """
        SELECT files.scan_number FROM files
        LEFT JOIN views ON files.scan_number = views.scan_number AND files.view_index = views."index"
        WHERE views.state IS NULL""",
    "has a box whose label it cannot be found by": """
        SELECT detections.scan_number FROM detections
        LEFT JOIN scan_labels
        ON scan_labels.scan_number = detections.scan_number AND scan_labels.label = detections.label
        WHERE scan_labels.label IS NULL""",
    "is found by a label that it has no box of": """
        SELECT scan_labels.scan_number FROM scan_labels
        LEFT JOIN detections
        ON scan_labels.scan_number = detections.scan_number AND scan_labels.label = detections.label
        WHERE detections.label IS NULL""",
    "is found by a label at another time": """
        SELECT scans.id FROM scans JOIN scan_labels ON scan_labels.scan_number = scans.number
        WHERE scan_labels.at <> scans.at""",
    "was looked at, and lacks when or by which model": """
        SELECT id FROM scans WHERE state <> 'pending' AND (screened_at IS NULL OR model_sha256 IS NULL)""",
    "was not looked at, and says when": """
        SELECT id FROM scans WHERE state = 'pending' AND (screened_at IS NOT NULL OR model_sha256 IS NOT NULL)""",
    "is not in the state of its views": """
        SELECT scans.id FROM scans JOIN views ON views.scan_number = scans.number
        WHERE (scans.state = 'pending') <> (views.state = 'pending')""",
    "is the same as another": """
        SELECT MAX(id) FROM scans GROUP BY content_sha256 HAVING COUNT(*) > 1""",
    "has to be seen by an officer, and does not wait at the desk": """
        SELECT DISTINCT scans.id FROM scans
        LEFT JOIN detections ON detections.scan_number = scans.number
        LEFT JOIN desk ON desk.scan_number = scans.number
        WHERE scans.state <> 'pending' AND desk.scan_number IS NULL
        AND (scans.state <> 'screened' OR detections.label IS NOT NULL)""",
    "waits at the desk, and was not looked at": """
        SELECT scans.id FROM desk JOIN scans ON scans.number = desk.scan_number WHERE scans.state = 'pending'""",
    "came to the desk, and was told of otherwise than once": """
        SELECT scan_number FROM desk
        WHERE (SELECT COUNT(*) FROM events WHERE events.scan_number = desk.scan_number AND kind = 'queued') <> 1""",
    "stands elsewhere at the desk than its last verdict says": """
        SELECT scan_number FROM desk
        WHERE stage <> COALESCE((SELECT leads_to FROM verdicts WHERE verdicts.scan_number = desk.scan_number
                                 ORDER BY number DESC LIMIT 1), 'screen')
        AND NOT (stage = 'done' AND EXISTS
                 (SELECT 1 FROM outcomes WHERE outcomes.scan_number = desk.scan_number))""",
    "has an event of no scan": """
        SELECT events.number FROM events LEFT JOIN scans ON scans.number = events.scan_number WHERE scans.id IS NULL""",
    "has an idempotency key of no scan": """
        SELECT key FROM idempotency_keys LEFT JOIN scans ON scans.number = scan_number WHERE scans.id IS NULL""",
}


def broken_records(connection: Connection) -> list[str]:
    """Half-written records, whatever was sent; and what SQLite says of its own file."""
    found = [f"{row[0]} {words}" for words, query in _BROKEN.items() for row in connection.execute(text(query))]
    if connection.dialect.name == "sqlite":
        found += [str(row) for row in connection.execute(text("PRAGMA foreign_key_check"))]
        found += [row[0] for row in connection.execute(text("PRAGMA integrity_check")) if row[0] != "ok"]
    return found


def lost_or_mixed_up(connection: Connection, answered: Sequence[Answered]) -> list[str]:
    """Scans that were answered and are not there, or are taken for one another."""
    there = {row[0] for row in connection.execute(text("SELECT id FROM scans"))}
    keys = {row[0]: row[1] for row in connection.execute(text(_KEYS))}
    found = [f"{item.scan_id} was answered and is not there" for item in answered if item.scan_id not in there]
    twice = Counter(item.scan_id for item in answered)
    found += [f"{scan_id} was answered to {times} parcels" for scan_id, times in twice.items() if times > 1]
    for item in answered:
        key = item.parcel.key
        if key is not None and keys.get(key) != item.scan_id:
            found.append(f"{item.scan_id} is not the scan of its key {key}, but {keys.get(key)}")
    return found


_KEYS = "SELECT key, scans.id FROM idempotency_keys JOIN scans ON scans.number = scan_number"


def wrong_events(connection: Connection, answered: Sequence[Answered], heard: Sequence[Heard]) -> list[str]:
    """Events that are not those which should be, and what somebody heard otherwise than it stands in the database."""
    rows = connection.execute(text(_EVENTS)).all()
    numbers, heard_numbers = [row.number for row in rows], [event.number for event in heard]
    found = []
    if heard_numbers != numbers:
        missing, extra = set(numbers) - set(heard_numbers), set(heard_numbers) - set(numbers)
        twice = [number for number, times in Counter(heard_numbers).items() if times > 1]
        in_order = heard_numbers == sorted(heard_numbers)
        found.append(
            f"events: never heard {sorted(missing)[:5]}, heard and not there {sorted(extra)[:5]}, heard twice "
            f"{twice[:5]}, {'in order' if in_order else 'out of order'}"
        )
    states: dict[str, list[str]] = {}
    for row, event in zip(rows, heard, strict=False):
        if event.kind == "scan":
            states.setdefault(row.id, []).append(event.told["state"])
        if event.kind != row.kind:
            found.append(f"event {event.number} was heard as {event.kind}, and is {row.kind}")
        if event.told["scan_id"] != row.id:
            found.append(f"event {event.number} tells of {event.told['scan_id']}, and belongs to {row.id}")
    for item in answered:
        told = states.get(item.scan_id, [])
        as_it_should = ["pending"] * (not item.parcel.waits)
        if told[:-1] != as_it_should or told[-1:] in ([], ["pending"]):
            found.append(f"{item.scan_id} was told of as {told}")
    return found


_EVENTS = """
    SELECT events.number, events.kind, scans.id FROM events JOIN scans ON scans.number = events.scan_number
    ORDER BY events.number
"""


def unlike_answers(client: httpx2.Client, answered: Iterable[Answered]) -> list[str]:
    """Scans that the service shows otherwise than it answered them, and images that are not those which were sent."""
    return [words for item in answered for words in _unlike(client, item)]


def _unlike(client: httpx2.Client, item: Answered) -> list[str]:
    base = f"/v1/scans/{item.scan_id}"
    answer = client.get(base)
    if answer.status_code != httpx2.codes.OK:
        return [f"{item.scan_id} was answered, and now {answer.status_code}: {answer.text}"]
    found = []
    if _settled(answer.json(), item.body) != _settled(item.body, item.body):
        found.append(f"{item.scan_id} is not as it was answered: {item.body} became {answer.json()}")
    for index, images in enumerate(item.parcel.views):
        for band, data in images:
            image = client.get(f"{base}/views/{index}", params={"band": band})
            if image.content != data:
                found.append(f"{item.scan_id}: image {index} {band} came back {image.status_code}, not as it was sent")
    sums = [
        [(band, hashlib.sha256(data).hexdigest(), len(data)) for band, data in images] for images in item.parcel.views
    ]
    shown = [
        [(file["band"], file["sha256"], file["bytes"]) for file in view["files"]] for view in answer.json()["views"]
    ]
    if shown != sums:
        found.append(f"{item.scan_id}: its images are said to be {shown}, and were {sums}")
    return found


def _settled(body: dict[str, Any], first: dict[str, Any]) -> dict[str, Any]:
    """What must not change any more of a scan that was first answered so."""
    if first["state"] != "pending":
        return body
    views = [{name: value for name, value in view.items() if name not in _LATER_OF_VIEWS} for view in body["views"]]
    return {name: value for name, value in body.items() if name not in _LATER} | {"views": views}


_IMAGES = "SELECT sha256 FROM files UNION SELECT sha256 FROM outcome_photos"


def stray_images(connection: Connection, folder: Path) -> tuple[list[str], int, int]:
    """Whether each image of a record lies in the folder under its sum; how many lie there for no record, and parts.

    Those are no fault: whoever is killed on the way leaves them.
    """
    named = {row[0] for row in connection.execute(text(_IMAGES))}
    lying = {path.name: path for path in folder.glob("??/*")}
    found = [f"image {sha256} is named by a record, and is not there" for sha256 in named - lying.keys()]
    for sha256, path in lying.items():
        if hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
            found.append(f"image {sha256} has other bytes")
    return found, len(lying.keys() - named), len(list((folder / "parts").iterdir()))
