"""Scans to send under load: of all kinds, no two alike, and the same ones again for the same seed."""

from __future__ import annotations

import json
import random
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from support.pictures import encoded, pair, scan_pixels, view

Band = Literal["view", "high", "low"]
View = tuple[tuple[Band, bytes], ...]
"""The images of one view, with the fields in which they are sent: one, or the high and the low one of a pair."""

CONSIGNMENT = "RX-under-load-"
"""How each consignment's id begins: it must be found in no log."""

_PNG_HEADER_ENDS = 33
_JPEG = b"\xff\xd8"
_FIRST_TAKEN = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Parcel:
    """One scan, as a workstation sends it, and by what it is known when it is sent again.

    Attributes:
        number: no other parcel of the same seed has it.
        views: in the order of the answer: single images, then pairs.
        metadata: what its sender says of it.
        key: for the header Idempotency-Key; None where scanner and time make it known.
        query: of the URL.
    """

    number: int
    views: tuple[View, ...]
    metadata: dict[str, str]
    key: str | None
    query: dict[str, str]

    @property
    def waits(self) -> bool:
        """Whether its sender waits until it was looked at."""
        return "wait" not in self.query

    def request(self) -> dict[str, Any]:
        """What httpx2's ``post`` is called with, beside the URL."""
        files = [
            view(data, f"{self.number}-{index}-{band}", band)
            for index, images in enumerate(self.views)
            for band, data in images
        ]
        return {
            "files": files,
            "data": {"metadata": json.dumps(self.metadata)},
            "headers": {} if self.key is None else {"Idempotency-Key": self.key},
            "params": self.query,
        }


class ParcelMaker:
    """Makes parcels.

    Args:
        seed: another one makes other parcels.
        pictures: PNG and JPEG files to send, each made one of a kind by a remark in it.
        pairs: high and low images to send.
    """

    def __init__(
        self,
        seed: int,
        *,
        pictures: Sequence[bytes] | None = None,
        pairs: Sequence[tuple[bytes, bytes]] | None = None,
    ) -> None:
        (_, (_, high)), (_, (_, low)) = pair()
        self._seed = seed
        self._pictures = pictures or [encoded(scan_pixels()), encoded(scan_pixels(dark=None)), encoded(scan_pixels(64))]
        self._pairs = pairs or [(high, low)]

    def make(self, number: int) -> Parcel:
        """The parcel of a number."""
        chance = random.Random(f"{self._seed}-{number}")
        singles: list[View] = [
            (("view", self._image(chance, f"{number}-{index}")),) for index in range(chance.choice((0, 1, 1, 1, 2, 3)))
        ]
        pairs: list[View] = []
        if not singles or chance.random() < 0.1:
            high, low = (stamped(data, f"{number}-pair") for data in chance.choice(self._pairs))
            pairs.append((("high", high), ("low", low)))
        metadata = {"consignment_id": f"{CONSIGNMENT}{number}"}
        has_key = chance.random() < 0.7
        if not has_key or chance.random() < 0.3:
            # Several parcels of one moment: it is the content that tells them apart.
            taken = _FIRST_TAKEN + timedelta(seconds=number // 3)
            metadata |= {"scanner_id": f"belt-{number % 2}", "taken_at": taken.isoformat()}
        query = {}
        if chance.random() < 0.2:
            query["wait"] = "0"
        if chance.random() < 0.4:
            query["min_score"] = "0.05"
        return Parcel(number, (*singles, *pairs), metadata, f"load-{self._seed}-{number}" if has_key else None, query)

    def _image(self, chance: random.Random, name: str) -> bytes:
        kind = chance.random()
        if kind < 0.05:
            return f"no image, {name}".encode()
        data = stamped(chance.choice(self._pictures), name)
        return data[: len(data) // 2] if kind < 0.1 else data


def stamped(data: bytes, remark: str) -> bytes:
    """A PNG or JPEG file with a remark in it: other bytes, the same picture."""
    text = remark.encode()
    if data.startswith(_JPEG):
        return _JPEG + b"\xff\xfe" + struct.pack(">H", len(text) + 2) + text + data[len(_JPEG) :]
    chunk = b"tEXt" + b"remark\0" + text
    written = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return data[:_PNG_HEADER_ENDS] + written + data[_PNG_HEADER_ENDS:]
