"""``Photos`` of what a search found: made anew from what was sent, so that nothing but the picture is kept.

A phone writes into its photos where they were taken, when, and with what (EXIF): personal data that nobody asked for.
The picture is decoded, turned upright, and encoded again; what comes out is kept among the images of scans, by its sum.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PIL import Image, ImageOps
from sqlalchemy import Row, func, insert, select

from parcelray.datasets.imaging.headers import PixelLimits, open_header
from parcelray.models.errors import BadInputError, CorruptImageError, NotFoundError, UnsupportedImageError
from parcelray.serving.desk.claims import row_of
from parcelray.serving.desk.entries import Officer, number_of
from parcelray.serving.desk.outcomes import require_searched
from parcelray.serving.people.clock import Clock
from parcelray.serving.store.blobs import Blobs
from parcelray.serving.store.database import Database
from parcelray.serving.store.tables import outcome_photos

MOST_PHOTOS = 24
MOST_BYTES = 16 * 1024 * 1024
MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png"}
_QUALITY = 90


@dataclass(frozen=True)
class Photo:
    """A photo as it is kept.

    Attributes:
        sha256: of its bytes, hexadecimal.
        size: bytes.
        media_type: ``image/jpeg`` or ``image/png``.
        width: in pixels.
        height: in pixels.
        by: name of the account of the officer who sent it.
        at: when.
    """

    sha256: str
    size: int
    media_type: str
    width: int
    height: int
    by: str
    at: datetime


class Photos:
    """The photos of one store.

    Args:
        database: migrated.
        blobs: where they lie.
        clock: tells the time.
        limits: how large they may be.
    """

    def __init__(self, database: Database, blobs: Blobs, clock: Clock, limits: PixelLimits) -> None:
        self._database = database
        self._blobs = blobs
        self._clock = clock
        self._limits = limits

    def add(self, officer: Officer, scan_id: str, data: bytes) -> tuple[Photo, bool]:
        """Keep a photo. It is on the disk when this returns.

        Returns:
            What is kept, and whether the same photo was kept before.

        Raises:
            NotFoundError: no such scan is at the desk.
            StageError: it was not to be searched.
            BadInputError: it is no JPEG or PNG, is damaged or too large, or there are as many as may be.
            StorageError: it cannot be kept now; nothing of it was.
        """
        with self._database.reading() as connection:
            require_searched(connection, row_of(connection, scan_id))
        bare, media_type, (width, height) = without_metadata(data, self._limits)
        sha256 = hashlib.sha256(bare).hexdigest()
        photo = Photo(sha256, len(bare), media_type, width, height, officer.name, self._clock())
        self._blobs.put(sha256, bare)
        with self._database.writing() as connection:
            number = row_of(connection, scan_id)["scan_number"]
            of_scan = outcome_photos.c.scan_number == number
            known = connection.execute(select(outcome_photos).where(of_scan, outcome_photos.c.sha256 == sha256)).first()
            if known is not None:
                return _photo(known), True
            count = connection.scalar(select(func.count()).select_from(outcome_photos).where(of_scan)) or 0
            if count >= MOST_PHOTOS:
                raise BadInputError("photos of a scan", expected=f"{MOST_PHOTOS} at most", got="one more")
            connection.execute(
                insert(outcome_photos),
                {
                    "scan_number": number,
                    "sha256": photo.sha256,
                    "bytes": photo.size,
                    "media_type": photo.media_type,
                    "width": photo.width,
                    "height": photo.height,
                    "at": photo.at,
                    "by": photo.by,
                },
            )
        return photo, False

    def of(self, scan_id: str) -> Sequence[Photo]:
        """All photos of a scan's search, in the order in which they came.

        Raises:
            NotFoundError: there is no such scan.
            StorageError: the database does not answer.
        """
        with self._database.reading() as connection:
            number = number_of(connection, scan_id)
            statement = select(outcome_photos).where(outcome_photos.c.scan_number == number)
            rows = connection.execute(statement.order_by(outcome_photos.c.at, outcome_photos.c.sha256)).all()
        return [_photo(row) for row in rows]

    def read(self, scan_id: str, sha256: str) -> tuple[Photo, bytes]:
        """One photo, checked against its sum.

        Raises:
            NotFoundError: no such scan, or none of its photos.
            DamagedError: it is missing, or is no longer what was stored.
            StorageError: it cannot be read now.
        """
        photo = next((photo for photo in self.of(scan_id) if photo.sha256 == sha256), None)
        if photo is None:
            raise NotFoundError(f"photo {sha256} of scan {scan_id}: expected one that is kept, found none")
        return photo, self._blobs.get(sha256)


def without_metadata(data: bytes, limits: PixelLimits) -> tuple[bytes, str, tuple[int, int]]:
    """A photo with nothing but its pixels, upright, in the format in which it came.

    Returns:
        The file, its media type, its width and height.

    Raises:
        BadInputError: it is no JPEG or PNG, is damaged, or too large.
    """
    if len(data) > MOST_BYTES:
        raise BadInputError("photo", expected=f"at most {MOST_BYTES} bytes", got=f"{len(data)} bytes")
    header = open_header(data, name="photo", limits=limits)
    if header.format not in MEDIA_TYPES:
        raise UnsupportedImageError("photo", expected="a JPEG or PNG image", got=f"a {header.format} image")
    try:
        upright = ImageOps.exif_transpose(header)
        is_plain = upright.mode in ("L", "RGB")
        pixels = upright if is_plain else upright.convert("RGB")
        # Made of the pixels alone: what Pillow knows besides, it would write again.
        bare = Image.frombytes(pixels.mode, pixels.size, pixels.tobytes())
    except Exception as error:  # On damaged pixels Pillow raises whatever its decoder trips over, a dozen types.
        raise CorruptImageError("photo", expected="a whole image", got=f"a damaged one ({error})") from error
    out = io.BytesIO()
    bare.save(out, header.format, **({"quality": _QUALITY} if header.format == "JPEG" else {}))
    return out.getvalue(), MEDIA_TYPES[header.format], bare.size


def _photo(row: Row[Any]) -> Photo:
    return Photo(
        sha256=row.sha256,
        size=row.bytes,
        media_type=row.media_type,
        width=row.width,
        height=row.height,
        by=row.by,
        at=row.at,
    )
