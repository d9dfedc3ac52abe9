"""``create_app``: the service, put together.

The way of a request: ``Telemetry`` gives it an id, ``BodyLimit`` counts its bytes, ``GuardedRoute`` asks who enters,
``Admission`` gives it a place or sends it away, ``uploads`` reads its form, ``Screening`` has the ``Engine`` look at
its views and the ``Store`` keep them. Whatever is raised on the way becomes a problem document in ``problems``.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.middleware import Middleware

from parcelray.datasets.imaging.reading import PixelLimits
from parcelray.serving.api import (
    audit,
    detect,
    events,
    health,
    keys,
    outcomes,
    page,
    pixels,
    queue,
    records,
    scans,
    session,
    statistics,
    training_export,
    users,
    verdicts,
)
from parcelray.serving.backlog import Backlog
from parcelray.serving.body_limit import BodyLimit
from parcelray.serving.desk.desk import Desk
from parcelray.serving.desk.intake import Intake
from parcelray.serving.desk.sweeper import Sweeper
from parcelray.serving.engine.admission import Admission
from parcelray.serving.engine.engine import Engine
from parcelray.serving.model_watch import ModelWatch
from parcelray.serving.page import load_page
from parcelray.serving.people.people import People
from parcelray.serving.problems import bind_problems
from parcelray.serving.screening import Screening
from parcelray.serving.security.access import require_declared_access
from parcelray.serving.security.keys import KeyRing
from parcelray.serving.settings import Settings
from parcelray.serving.store.store import Store, open_store
from parcelray.serving.telemetry import Metrics, Telemetry

API_VERSION = "1"


def create_app(settings: Settings) -> FastAPI:
    """The service as an ASGI app. It answers at once; the model is loaded and warmed up behind ``/readyz``.

    Raises:
        PackageError: the model package that is set must not be loaded, or no other can be.
        SetupError: the data folder cannot be written, the database does not answer, or the page is not whole.
        UndeclaredAccessError: a route does not name who may enter.
    """
    limits = PixelLimits(max_pixels=settings.max_pixels, max_side=settings.max_side)
    engine = Engine(limits=limits, max_waiting=settings.max_waiting)
    metrics = Metrics(engine.admission)
    models = ModelWatch(settings, engine, metrics)
    url = settings.database_url
    intake = Intake(queue_all=settings.queue_all)
    store = open_store(settings.data_dir, None if url is None else url.get_secret_value(), intake)
    screening = Screening(engine, store)
    app = FastAPI(
        title="parcelray",
        summary="Boxes what may be contraband in X-ray scans of parcels. The officer decides.",
        version=API_VERSION,
        lifespan=_lifespan,
        # The pages that FastAPI would serve fetch scripts from elsewhere, and its own route to the schema has no guard.
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        # Whatever the environment says, the service sends nothing to anybody.
        telemetry={"auto_configure": False, "tracing": False, "metrics": False, "logs": False},
        middleware=[Middleware(Telemetry, metrics=metrics), Middleware(BodyLimit, max_bytes=settings.max_body_bytes)],
    )
    app.state.settings = settings
    app.state.store = store
    app.state.keys = KeyRing(store.database)
    app.state.people = People(store.database, settings)
    app.state.page = load_page()
    app.state.hashing = asyncio.Semaphore(session.MOST_AT_ONCE)
    app.state.engine = engine
    app.state.models = models
    app.state.screening = screening
    app.state.desk = Desk(store, settings, lambda: engine.package.manifest.own_classes if engine.ready else {})
    app.state.streams = Admission(events.MAX_STREAMS)
    app.state.metrics = metrics
    # Set when the service begins to stop: streams that never end by themselves end then.
    app.state.stopping = asyncio.Event()
    bind_problems(app)
    for api in (
        health,
        detect,
        scans,
        records,
        pixels,
        events,
        queue,
        verdicts,
        outcomes,
        statistics,
        training_export,
        keys,
        session,
        users,
        audit,
        page,
    ):
        app.include_router(api.router)
    require_declared_access(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    engine: Engine = app.state.engine
    models: ModelWatch = app.state.models
    store: Store = app.state.store
    app.state.loading = loading = asyncio.create_task(models.load())
    backlog = Backlog(app.state.screening, store)
    sweeper = Sweeper(app.state.desk.claims, store, app.state.screening.stored)
    workers = [asyncio.create_task(_when(loading, run)) for run in (backlog.run, models.watch)]
    tasks = (loading, asyncio.create_task(sweeper.run()), *workers)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        engine.close()
        store.close()


async def _when(loaded: asyncio.Task[None], run: Callable[[], Coroutine[Any, Any, None]]) -> None:
    await asyncio.shield(loaded)
    await run()
