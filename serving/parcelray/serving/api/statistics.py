"""``GET /v1/statistics``: figures of a period, as JSON and as CSV."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from parcelray.serving.api.health import ServedModel
from parcelray.serving.api.queue import desk_of
from parcelray.serving.api.statistics_answers import StatisticsAnswer
from parcelray.serving.api.statistics_csv import written
from parcelray.serving.desk.statistics_period import MOST_BUCKETS, Bucket
from parcelray.serving.engine.engine import Engine
from parcelray.serving.problems import REFUSALS, problem_responses
from parcelray.serving.security.access import GuardedRoute
from parcelray.serving.submission import Moment

router = APIRouter(route_class=GuardedRoute, prefix="/v1", tags=["desk"])

_MEDIA_TYPE = "text/csv; charset=utf-8; header=present"


class StatisticsQuery(BaseModel):
    """Of which time."""

    model_config = ConfigDict(frozen=True)

    since: Annotated[
        Moment,
        Field(
            description="Then or later; a whole second. The first bucket begins here.",
            examples=["2026-11-24T00:00:00Z"],
        ),
    ]
    until: Annotated[
        Moment,
        Field(description=f"Before then; at most {MOST_BUCKETS} buckets later.", examples=["2026-11-25T00:00:00Z"]),
    ]
    bucket: Annotated[Bucket, Field(description="How long a bucket is: 3600 or 86400 seconds.")] = Bucket.HOUR


@router.get("/statistics", responses=problem_responses(*REFUSALS))
async def get_statistics(request: Request, query: Annotated[StatisticsQuery, Query()]) -> StatisticsAnswer:
    """What was screened, decided and found in a period, how long it took, and how far officers agreed with the model.

    Figures are about work: none names a person.
    """
    return await _figures(request, query)


@router.get(
    "/statistics.csv",
    response_class=Response,
    responses={
        200: {
            "description": "The same figures, one to a line (RFC 4180).",
            "content": {"text/csv": {"schema": {"type": "string"}}},
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
async def get_statistics_csv(request: Request, query: Annotated[StatisticsQuery, Query()]) -> Response:
    """The same as a table for spreadsheets: `since`, `until`, `figure`, `of`, `value`."""
    figures = await _figures(request, query)
    name = f"parcelray-{query.since:%Y%m%dT%H%M%SZ}-{query.until:%Y%m%dT%H%M%SZ}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(written(figures), media_type=_MEDIA_TYPE, headers=headers)


async def _figures(request: Request, query: StatisticsQuery) -> StatisticsAnswer:
    desk, store = desk_of(request)
    engine: Engine = request.app.state.engine
    manifest = engine.package.manifest if engine.ready else None
    found = await store.run(lambda: desk.statistics.of(query.since, query.until, query.bucket))
    return StatisticsAnswer(
        model_in_service=None if manifest is None else ServedModel(name=manifest.name, version=manifest.version),
        **vars(found),
    )
