"""``Submission``: all that a workstation sent of one parcel, and what makes two of them the same."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError
from pydantic.functional_validators import AfterValidator, BeforeValidator

from parcelray.datasets.imaging.headers import media_type_of
from parcelray.models.errors import BadInputError
from parcelray.serving.engine.sources import RawImage, RawView
from parcelray.serving.store.records import StoredFile
from parcelray.serving.store.tables import LONGEST_FILE_NAME, LONGEST_ID

FIELD = "metadata"
_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_EARLIEST, _LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("expected printable characters")
    return text


def _written_out(value: object) -> object:
    # Pydantic also takes numbers, as seconds since 1970, and numbers in text.
    if not isinstance(value, datetime) and not (isinstance(value, str) and _RFC_3339.fullmatch(value)):
        raise ValueError("expected a time as in RFC 3339, such as 2026-11-24T08:30:00Z")
    return value


def _plausible(moment: datetime) -> datetime:
    # Near the ends of what Python can write, a time zone would lead past them.
    if not _EARLIEST.replace(tzinfo=None) <= moment.replace(tzinfo=None) <= _LATEST.replace(tzinfo=None):
        raise ValueError(f"expected a time from {_EARLIEST.year} to {_LATEST.year}")
    return moment.astimezone(UTC)


Identifier = Annotated[
    str, StringConstraints(strict=True, min_length=1, max_length=LONGEST_ID), AfterValidator(_printable)
]
Moment = Annotated[AwareDatetime, BeforeValidator(_written_out), AfterValidator(_plausible)]

_MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)


class Metadata(BaseModel):
    """What the sender knows of the parcel, as JSON in the form's text field `metadata`.

    Attributes:
        scanner_id: the scanner that made the views.
        consignment_id: the consignment that the parcel belongs to.
        taken_at: when the parcel was in the scanner, RFC 3339 with its offset.
        pixel_pitch_mm: millimetres of the belt that one pixel covers.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    scanner_id: Identifier | None = None
    consignment_id: Identifier | None = None
    taken_at: Moment | None = None
    pixel_pitch_mm: Annotated[float, Field(strict=True, gt=0, le=1000, allow_inf_nan=False)] | None = None


@dataclass(frozen=True)
class Submission:
    """One parcel, as it was sent.

    Attributes:
        views: in the order of the answer.
        metadata: what its sender knows of it.
        min_score: show boxes from this score on; None for the operating thresholds.
    """

    views: tuple[RawView, ...]
    metadata: Metadata
    min_score: float | None


@dataclass(frozen=True)
class Sums:
    """By what a submission is known when it comes again.

    Attributes:
        files: what is kept of each view's images.
        content_sha256: over the images with their fields and order, the metadata and ``min_score``: two submissions
            that agree in it are answered in the same way.
    """

    files: tuple[tuple[StoredFile, ...], ...]
    content_sha256: str


def read_metadata(text: str | None) -> Metadata:
    """What a form says of its parcel.

    Raises:
        BadInputError: it is not JSON, or not of this shape.
    """
    if text is None:
        return Metadata()
    try:
        return Metadata.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        subject = ".".join((FIELD, *map(str, first["loc"])))
        if first["type"] == "extra_forbidden":
            known = f"one of {', '.join(Metadata.model_fields)}"
            raise BadInputError(subject, expected=known, got="a name that is not known") from error
        if first["type"] == "json_invalid":
            raise BadInputError(subject, expected="JSON", got=f"text that is none ({first['ctx']['error']})") from error
        expected = first["msg"].removeprefix("Value error, expected ").removeprefix("Input should be ")
        raise BadInputError(subject, expected=expected, got=repr(first["input"])[:LONGEST_ID]) from error


def read_moment(subject: str, text: str | None) -> datetime | None:
    """A time that somebody typed; None where nothing was.

    Raises:
        BadInputError: it is none.
    """
    if text is None:
        return None
    try:
        return _MOMENT.validate_python(text)
    except ValidationError as error:
        expected = error.errors()[0]["msg"].removeprefix("Value error, expected ")
        raise BadInputError(subject, expected=expected, got=repr(text)) from error


def sum_up(submission: Submission) -> Sums:
    """Sum up what was sent. Takes a millisecond for each megabyte or two: not for the event loop."""
    files = tuple(tuple(_file(image) for image in view.images) for view in submission.views)
    content = {
        "views": [[[file.band, file.sha256] for file in view] for view in files],
        "metadata": submission.metadata.model_dump(mode="json"),
        "min_score": submission.min_score,
    }
    written = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    return Sums(files, hashlib.sha256(written).hexdigest())


def _file(image: RawImage) -> StoredFile:
    return StoredFile(
        band=image.band,
        sha256=hashlib.sha256(image.data).hexdigest(),
        size=len(image.data),
        media_type=media_type_of(image.data),
        file_name=None if image.file_name is None else _kept_name(image.file_name),
    )


def _kept_name(name: str) -> str:
    """A file's name as it can be kept anywhere and shown to anybody: no control characters, and not endless."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in name)[
        :LONGEST_FILE_NAME
    ]
