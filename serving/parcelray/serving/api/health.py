"""Whether the service lives, whether it is ready, and its figures."""

from __future__ import annotations

from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from parcelray.serving.engine.engine import Engine
from parcelray.serving.model_watch import ModelWatch, RefusalReason
from parcelray.serving.problems import REFUSALS, problem_responses
from parcelray.serving.security.access import GuardedRoute
from parcelray.serving.store.store import Store
from parcelray.serving.telemetry import Metrics

router = APIRouter(route_class=GuardedRoute, tags=["service"])

# The version of the text format that every Prometheus since 2014 reads.
_PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8"


class Live(BaseModel):
    """The process answers."""

    status: Literal["alive"] = "alive"


class ServedModel(BaseModel):
    """The model that looks at scans."""

    name: str
    version: str


class RefusedModel(BaseModel):
    """The model that should look at scans and does not; the log says more.

    Attributes:
        model: as the registry of models calls it.
        reason: what is wrong with it.
    """

    model: str
    reason: RefusalReason


class Ready(BaseModel):
    """A model is loaded and warm.

    Attributes:
        refused: null where the model is the one that should look at scans.
    """

    status: Literal["ready"] = "ready"
    model: ServedModel
    refused: RefusedModel | None


def refuse_until_ready(engine: Engine) -> None:
    """Send callers away who come before the model is warm.

    Raises:
        HTTPException: 503.
    """
    if not engine.ready:
        raise HTTPException(
            HTTPStatus.SERVICE_UNAVAILABLE, "The model is still being loaded. Come back in 1 s.", {"Retry-After": "1"}
        )


@router.get("/livez", responses=problem_responses(HTTPStatus.UNPROCESSABLE_ENTITY))
async def livez() -> Live:
    """Whether the process answers at all."""
    return Live()


@router.get("/readyz", responses=problem_responses(HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.UNPROCESSABLE_ENTITY))
async def readyz(request: Request) -> Ready:
    """Whether scans can be sent: a model is loaded and has warmed up, and the database answers."""
    engine: Engine = request.app.state.engine
    models: ModelWatch = request.app.state.models
    refuse_until_ready(engine)
    store: Store = request.app.state.store
    await store.run(store.database.ping)
    manifest, refusal = engine.package.manifest, models.refusal
    return Ready(
        model=ServedModel(name=manifest.name, version=manifest.version),
        refused=None if refusal is None else RefusedModel(model=refusal.model, reason=refusal.reason),
    )


@router.get(
    "/metrics",
    response_class=Response,
    responses={
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}},
        **problem_responses(*REFUSALS),
    },
)
async def metrics(request: Request) -> Response:
    """Figures for Prometheus."""
    figures: Metrics = request.app.state.metrics
    return Response(figures.exposition(), media_type=_PROMETHEUS_TEXT)


@router.get("/openapi.json", include_in_schema=False)
async def openapi(request: Request) -> dict[str, object]:
    """This interface, described for programs."""
    schema: dict[str, object] = request.app.openapi()
    return schema
