"""``GET /v1/training-export``: what the desk decided, for whoever trains the next model."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from parcelray.serving.api.parameters import Maybe
from parcelray.serving.api.queue import desk_of
from parcelray.serving.desk.feedback import Export
from parcelray.serving.problems import REFUSALS, problem_responses
from parcelray.serving.security.access import GuardedRoute
from parcelray.serving.submission import Moment

router = APIRouter(route_class=GuardedRoute, prefix="/v1", tags=["desk"])

_MEDIA_TYPE = "application/zip"
# Of all files, so that an export of the same is the same bytes, and tells no time.
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


class ExportQuery(BaseModel):
    """Of which time."""

    model_config = ConfigDict(frozen=True)

    since: Annotated[Maybe[Moment], Field(description="Decided for good then or later.")] = None
    until: Annotated[Maybe[Moment], Field(description="Decided for good before then.")] = None


@router.get(
    "/training-export",
    response_class=Response,
    responses={
        200: {
            "description": "A ZIP archive with `images/` and, last, `annotations.json` (COCO).",
            "content": {_MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
            "headers": {
                "Content-Disposition": {
                    "description": "An attachment, with a file name.",
                    "required": True,
                    "schema": {"type": "string"},
                },
            },
        },
        **problem_responses(*REFUSALS),
    },
)
async def get_training_export(request: Request, query: Annotated[ExportQuery, Query()]) -> Response:
    """What officers decided and searches found, as labelled scans that `parcelray retrain` takes.

    Only of scans with a final verdict, and with nothing personal in it. It is made while it is sent: an archive that
    breaks off cannot be opened.
    """
    desk, store = desk_of(request)
    export = await store.run(lambda: desk.feedback.export(query.since, query.until))
    headers = {"Content-Disposition": 'attachment; filename="training-export.zip"'}
    return StreamingResponse(zipped(export), media_type=_MEDIA_TYPE, headers=headers)


class _Tray(io.RawIOBase):
    """Takes what is written until it is fetched; it cannot go back, so the archive is written as a stream."""

    def __init__(self) -> None:
        self._data: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._data.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        taken = b"".join(self._data)
        self._data.clear()
        return taken


def zipped(export: Export) -> Iterator[bytes]:
    """An export as a ZIP archive, piece by piece; one picture at a time is in memory.

    Raises:
        StorageError: the database or the images cannot be read any more.
    """
    tray = _Tray()
    # Pictures are packed already.
    with zipfile.ZipFile(tray, "w", zipfile.ZIP_STORED) as archive:
        for name, data in export:
            archive.writestr(zipfile.ZipInfo(name, _ZIP_TIME), data)
            yield tray.take()
    yield tray.take()
