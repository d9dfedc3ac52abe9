"""``create_app``: the service, put together.

The way of a request: ``Telemetry`` gives it an id, ``BodyLimit`` counts its bytes, ``GuardedRoute`` asks for its key,
``Admission`` gives it a place or sends it away, ``uploads`` reads its form, ``Engine`` looks at its views. Whatever is
raised on the way becomes a problem document in ``problems``.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware import Middleware

from parcelray.datasets.imaging.reading import PixelLimits
from parcelray.models.package import ModelPackage
from parcelray.models.store import release_folder
from parcelray.serving.api import detect, health
from parcelray.serving.body_limit import BodyLimit
from parcelray.serving.engine.engine import Engine
from parcelray.serving.problems import bind_problems
from parcelray.serving.security.access import require_declared_access
from parcelray.serving.security.keys import KeyRing, make_data_dir
from parcelray.serving.settings import Settings
from parcelray.serving.telemetry import Metrics, Telemetry

API_VERSION = "1"


def create_app(settings: Settings) -> FastAPI:
    """The service as an ASGI app. It answers at once; the model is loaded and warmed up behind ``/readyz``.

    Raises:
        PackageError: the model package must not be loaded.
        SetupError: the data folder cannot be written, or its keys cannot be read.
        UndeclaredAccessError: a route does not name who may enter.
    """
    make_data_dir(settings.data_dir)
    keys = KeyRing(settings.data_dir)
    keys.all()
    package = ModelPackage.open(settings.model or release_folder())
    limits = PixelLimits(max_pixels=settings.max_pixels, max_side=settings.max_side)
    engine = Engine(package, limits=limits, max_waiting=settings.max_waiting)
    metrics = Metrics(package.manifest, engine.admission)
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
    app.state.keys = keys
    app.state.engine = engine
    app.state.metrics = metrics
    bind_problems(app)
    app.include_router(health.router)
    app.include_router(detect.router)
    require_declared_access(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    engine: Engine = app.state.engine
    app.state.loading = asyncio.create_task(engine.load())
    try:
        yield
    finally:
        app.state.loading.cancel()
        await asyncio.gather(app.state.loading, return_exceptions=True)
        engine.close()
