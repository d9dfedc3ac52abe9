"""``POST /v1/detect``: a scan in, boxes out, nothing stored."""

from __future__ import annotations

import asyncio
import time
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from parcelray.serving.api.answers import DetectAnswer, model_answer, timing_answer, view_answer
from parcelray.serving.api.health import refuse_until_ready
from parcelray.serving.api.uploads import FORM, UploadedView, pair_up, read_parts
from parcelray.serving.engine.engine import Engine
from parcelray.serving.engine.stages import Stages
from parcelray.serving.problems import problem_responses
from parcelray.serving.security.access import Access, GuardedRoute, admits
from parcelray.serving.settings import Settings
from parcelray.serving.telemetry import Metrics

router = APIRouter(route_class=GuardedRoute, prefix="/v1", tags=["scans"])

_FILES = {"type": "array", "items": {"type": "string", "format": "binary"}}
_FORM_SCHEMA: dict[str, Any] = {
    "required": True,
    "content": {
        FORM: {
            "schema": {
                "type": "object",
                "properties": {
                    "view": {**_FILES, "description": "PNG, JPEG or TIFF; 8 or 16 bit grey, or colour."},
                    "high": {
                        **_FILES,
                        "description": "High-energy images, 16 bit grey; the first goes with the first low.",
                    },
                    "low": {
                        **_FILES,
                        "description": "Low-energy images, 16 bit grey, each as large as its high image.",
                    },
                },
            }
        }
    },
}


class DetectQuery(BaseModel):
    """What a caller may ask for beside the scan."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    min_score: Annotated[
        float | None,
        Field(ge=0, le=1, description="Show boxes from this score on, instead of the model's operating thresholds."),
    ] = None


@router.post(
    "/detect",
    openapi_extra={"requestBody": _FORM_SCHEMA},
    responses=problem_responses(
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.SERVICE_UNAVAILABLE,
    ),
)
@admits(Access.WORKSTATION)
async def detect(request: Request, query: Annotated[DetectQuery, Query()]) -> DetectAnswer:
    """Look at one scan and box what may be contraband. Nothing is stored.

    Send a multipart form: each projection as a file in a field `view`, or as a pair of files in the fields `high` and
    `low`. The answer lists the single images first, then the pairs, each in the order sent.
    """
    engine: Engine = request.app.state.engine
    metrics: Metrics = request.app.state.metrics
    refuse_until_ready(engine)
    stages = Stages()
    with engine.admission.admit():
        with stages.time("receive"):
            sources = await _receive(request)
        sightings = await engine.look(sources, stages, min_score=query.min_score)
    manifest = engine.package.manifest
    views = [view_answer(sighting, manifest) for sighting in sightings]
    stages.seconds["total"] = time.perf_counter() - request.state.began
    metrics.count_scan(len(views), (found.label for view in views for found in view.detections), stages.seconds)
    return DetectAnswer(scan_id=None, model=model_answer(manifest), views=views, timing_ms=timing_answer(stages))


async def _receive(request: Request) -> list[UploadedView]:
    settings: Settings = request.app.state.settings
    try:
        async with asyncio.timeout(settings.body_timeout_s):
            parts = await read_parts(
                request.headers.get("content-type", ""), request.stream(), max_parts=2 * settings.max_views
            )
    except TimeoutError as error:
        raise HTTPException(
            HTTPStatus.REQUEST_TIMEOUT,
            f"request body: expected it whole within {settings.body_timeout_s:g} s, got only a part of it",
            # What may still come of the body is not waited for.
            {"Connection": "close"},
        ) from error
    return pair_up(parts, max_views=settings.max_views)
