"""``POST /v1/detect``: a scan in, boxes out, nothing stored."""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from parcelray.serving.api.answers import DetectAnswer, model_answer, timing_answer, view_answer
from parcelray.serving.api.forms import form_schema, read_form
from parcelray.serving.api.health import refuse_until_ready
from parcelray.serving.api.parameters import Maybe
from parcelray.serving.api.uploads import pair_up
from parcelray.serving.engine.engine import Engine, Sighting, Unreadable
from parcelray.serving.engine.stages import Stages
from parcelray.serving.problems import problem_responses
from parcelray.serving.security.access import GuardedRoute
from parcelray.serving.settings import Settings
from parcelray.serving.telemetry import Metrics

router = APIRouter(route_class=GuardedRoute, prefix="/v1", tags=["scans"])


class DetectQuery(BaseModel):
    """What a caller may ask for beside the scan."""

    model_config = ConfigDict(frozen=True)

    min_score: Annotated[
        Maybe[Annotated[float, Field(ge=0, le=1)]],
        Field(description="Show boxes from this score on, instead of the model's operating thresholds."),
    ] = None


@router.post(
    "/detect",
    openapi_extra=form_schema(),
    responses=problem_responses(
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.SERVICE_UNAVAILABLE,
    ),
)
async def detect(request: Request, query: Annotated[DetectQuery, Query()]) -> DetectAnswer:
    """Look at one scan and box what may be contraband. Nothing is stored.

    Send a multipart form: each projection as a file in a field `view`, or as a pair of files in the fields `high` and
    `low`. The answer lists the single images first, then the pairs, each in the order sent.
    """
    engine: Engine = request.app.state.engine
    metrics: Metrics = request.app.state.metrics
    settings: Settings = request.app.state.settings
    refuse_until_ready(engine)
    stages = Stages()
    with engine.admission.admit():
        with stages.time("receive"):
            sources = pair_up(await read_form(request), max_views=settings.max_views)
        look = await engine.run(engine.looking(sources, stages, min_score=query.min_score))
    views = [view_answer(sighting, look.manifest) for sighting in _all_seen(look.views)]
    stages.seconds["total"] = time.perf_counter() - request.state.began
    metrics.count_scan(len(views), (found.label for view in views for found in view.detections), stages.seconds)
    return DetectAnswer(scan_id=None, model=model_answer(look.manifest), views=views, timing_ms=timing_answer(stages))


def _all_seen(views: list[Sighting | Unreadable]) -> list[Sighting]:
    """The views, where all could be read: an answer about some of a parcel's views would pass for one about all.

    Raises:
        BadInputError: the first that could not be read.
    """
    seen = []
    for view in views:
        if isinstance(view, Unreadable):
            raise view.error
        seen.append(view)
    return seen
