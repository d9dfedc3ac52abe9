"""Scans that come as multipart forms, read into memory alone: nothing of a scan touches a disk on the way.

Starlette's own form reader spools files over 1 MB to temporary files, which is why it is not used here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.exceptions import HTTPException

from parcelray.models.errors import BadInputError, UnequalPairError
from parcelray.serving.engine.sources import RawImage, RawView
from parcelray.serving.store.records import Band

if TYPE_CHECKING:
    # Exists for type checkers alone.
    from python_multipart.multipart import MultipartCallbacks

FORM = "multipart/form-data"
EXPECTED = "one or more files in fields named view, or pairs of files in fields named high and low"
_LONGEST_SHOWN = 80


@dataclass(frozen=True)
class Part:
    """One field of a form.

    Attributes:
        field: its name.
        file_name: as the sender calls the file; None where the field is not a file.
        data: its content.
    """

    field: str
    file_name: str | None
    data: bytes


async def read_parts(
    content_type: str, chunks: AsyncIterator[bytes], *, max_parts: int, expected: str = EXPECTED
) -> list[Part]:
    """Read a form.

    Args:
        content_type: the request's header.
        chunks: its body.
        max_parts: a form with more fields is refused as soon as it shows.
        expected: what it should carry, in words.

    Raises:
        HTTPException: 415, the body is not a multipart form.
        BadInputError: it is one, but broken, or has too many fields.
    """
    media_type, options = parse_options_header(content_type)
    boundary = options.get(b"boundary")
    if media_type != FORM.encode() or not boundary:
        got = content_type[:_LONGEST_SHOWN] or "none"
        raise HTTPException(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"header Content-Type: expected {FORM} with a boundary, carrying {expected}; got {got}",
        )
    reader = _FormReader(max_parts)
    try:
        parser = MultipartParser(boundary, reader.callbacks())
        async for chunk in chunks:
            parser.write(chunk)
    except FormParserError as error:
        raise BadInputError("request body", expected=f"a {FORM} body", got=f"a broken one ({error})") from error
    if not reader.ended:
        raise BadInputError("request body", expected=f"a whole {FORM} body", got="one without its closing boundary")
    return reader.parts


def take_text(parts: Sequence[Part], field: str) -> tuple[str | None, list[Part]]:
    """The text of a field that may come once, and the other parts.

    Raises:
        BadInputError: it came more than once, or is not text.
    """
    found = [part for part in parts if part.field == field]
    if len(found) > 1:
        raise BadInputError(f"form field {field}", expected="it once at most", got=f"it {len(found)} times")
    rest = [part for part in parts if part.field != field]
    if not found:
        return None, rest
    try:
        return found[0].data.decode("utf-8"), rest
    except UnicodeDecodeError as error:
        raise BadInputError(f"form field {field}", expected="text in UTF-8", got="other bytes") from error


def pair_up(parts: Sequence[Part], *, max_views: int) -> list[RawView]:
    """The views of a form.

    First every ``view`` in the order sent, then the first ``high`` with the first ``low``, the second with the second,
    and so on.

    Raises:
        BadInputError: a field that is not known, is not a file, or no file at all, or too many.
        UnequalPairError: a half without its other half.
    """
    images: dict[Band, list[RawImage]] = {"view": [], "high": [], "low": []}
    for part in parts:
        band = next((band for band in images if band == part.field), None)
        if band is None:
            raise BadInputError("form", expected=EXPECTED, got=f"a field named {part.field[:_LONGEST_SHOWN]!r}")
        if part.file_name is None:
            raise BadInputError(
                f"form field {part.field}",
                expected=f"a file (with curl: -F {part.field}=@scan.png)",
                got="text without a file name",
            )
        images[band].append(RawImage(band, part.file_name, part.data))
    if not parts:
        raise BadInputError("form", expected=EXPECTED, got="no file")
    highs, lows = images["high"], images["low"]
    if len(highs) != len(lows):
        raise UnequalPairError(
            "form fields high and low",
            expected="a low image for each high image, in the same order",
            got=f"{len(highs)} high and {len(lows)} low",
        )
    pairs = [RawView(pair) for pair in zip(highs, lows, strict=True)]
    views = [RawView((image,)) for image in images["view"]] + pairs
    if len(views) > max_views:
        raise BadInputError("form", expected=f"at most {max_views} views", got=f"{len(views)}")
    return views


class _FormReader:
    """Collects what the parser finds. Its methods are the parser's callbacks."""

    def __init__(self, max_parts: int) -> None:
        self.parts: list[Part] = []
        self.ended = False
        self._max_parts = max_parts
        self._header_name = b""
        self._header_value = b""
        self._disposition = b""
        self._data: list[bytes] = []

    def callbacks(self) -> MultipartCallbacks:
        return {
            "on_part_begin": self._begin_part,
            "on_header_field": self._add_header_name,
            "on_header_value": self._add_header_value,
            "on_header_end": self._end_header,
            "on_part_data": self._add_data,
            "on_part_end": self._end_part,
            "on_end": self._end,
        }

    def _begin_part(self) -> None:
        if len(self.parts) == self._max_parts:
            raise BadInputError("form", expected=f"at most {self._max_parts} files", got="more")
        self._disposition = b""
        self._data = []

    def _add_header_name(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]

    def _add_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def _end_header(self) -> None:
        if self._header_name.lower() == b"content-disposition":
            self._disposition = self._header_value
        self._header_name = self._header_value = b""

    def _add_data(self, data: bytes, start: int, end: int) -> None:
        self._data.append(data[start:end])

    def _end_part(self) -> None:
        _, options = parse_options_header(self._disposition)
        name = options.get(b"name")
        if name is None:
            raise BadInputError("form", expected="a name for each field", got="a field without one")
        file_name = options.get(b"filename")
        self.parts.append(
            Part(
                name.decode("utf-8", "replace"),
                None if file_name is None else file_name.decode("utf-8", "replace"),
                b"".join(self._data),
            )
        )

    def _end(self) -> None:
        self.ended = True
