"""What the service tells of itself: a log line and figures for each request. Secrets and scans stand in neither."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Iterable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, generate_latest
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from parcelray.models.package import Manifest
from parcelray.serving.engine.admission import Admission
from parcelray.serving.logs import FIELDS
from parcelray.serving.problems import fault_response
from parcelray.serving.security.keys import Key
from parcelray.serving.store.records import ScanRecord, ViewState

REQUEST_ID_HEADER = "X-Request-ID"
_LOGGER = logging.getLogger("parcelray.requests")
# The caller went away before its request was whole; nginx's number for it, for no standard has one.
_CLIENT_GONE = 499
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The figures of one app, in a registry of its own: two apps in a process do not add up.

    Args:
        admission: whose count is shown.
    """

    def __init__(self, admission: Admission) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "parcelray_requests", "Requests answered.", ["method", "route", "status"], registry=self._registry
        )
        self._stages = Histogram(
            "parcelray_stage_seconds",
            "Time that a detection request spent in each stage.",
            ["stage"],
            buckets=_BUCKETS_S,
            registry=self._registry,
        )
        self._views = Counter("parcelray_views", "Views looked at.", registry=self._registry)
        self._detections = Counter("parcelray_detections", "Boxes answered.", ["label"], registry=self._registry)
        self._scans = Counter("parcelray_scans", "Scans stored.", ["state"], registry=self._registry)
        self._replays = Counter("parcelray_replays", "Scans that came again.", registry=self._registry)
        inside = Gauge("parcelray_requests_inside", "Requests admitted and not yet answered.", registry=self._registry)
        inside.set_function(lambda: admission.inside)
        capacity = Gauge("parcelray_requests_capacity", "Requests admitted at most.", registry=self._registry)
        capacity.set_function(lambda: admission.capacity)
        self._model = Info("parcelray_model", "The model that is served.", registry=self._registry)
        self._refused = Gauge(
            "parcelray_model_refused",
            "1 while the model that should be served is refused, and another one is served.",
            registry=self._registry,
        )

    def show_model(self, manifest: Manifest, *, another_is_refused: bool) -> None:
        """A model is served from now on.

        Args:
            manifest: of the model.
            another_is_refused: whether it stands in for the one that should be served.
        """
        self._model.info({"name": manifest.name, "version": manifest.version, "taxonomy": str(manifest.taxonomy)})
        self._refused.set(another_is_refused)

    def count_request(self, method: str, route: str, status: int) -> None:
        """One request was answered. Invented methods count as one, so that nobody grows the registry."""
        self._requests.labels(method if method in _METHODS else "(other)", route, str(status)).inc()

    def count_scan(self, views: int, labels: Iterable[str], stages_s: Mapping[str, float]) -> None:
        """One detection request was worked on.

        Args:
            views: how many views it had.
            labels: of each box that was answered.
            stages_s: seconds spent in each stage.
        """
        self._views.inc(views)
        for label in labels:
            self._detections.labels(label).inc()
        for stage, seconds in stages_s.items():
            self._stages.labels(stage).observe(seconds)

    def count_stored(self, record: ScanRecord, stages_s: Mapping[str, float], *, replayed: bool) -> None:
        """One scan was stored, or came again and was answered as before.

        Args:
            record: of the scan.
            stages_s: seconds spent in each stage.
            replayed: whether it was stored before.
        """
        if replayed:
            self._replays.inc()
            return
        self._scans.labels(record.state).inc()
        labels = [item.label for view in record.views for item in view.detections]
        self.count_scan(sum(view.state is ViewState.SCREENED for view in record.views), labels, stages_s)

    def exposition(self) -> bytes:
        """All figures in Prometheus's text format."""
        return generate_latest(self._registry)


class Telemetry:
    """ASGI middleware: gives each request an id, counts it and logs it, and answers for faults that nobody foresaw.

    Args:
        app: what is watched.
        metrics: where requests are counted.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        state = scope.setdefault("state", {})
        state["request_id"] = request_id = secrets.token_hex(8)
        state["began"] = began
        status = 0

        async def send_marked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers[REQUEST_ID_HEADER] = request_id
                headers["X-Content-Type-Options"] = "nosniff"
                # What was found in a parcel is nobody's to keep on the way, where a route does not say otherwise.
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        try:
            await self._app(scope, receive, send_marked)
        except ClientDisconnect:
            status = _CLIENT_GONE
        except Exception:
            _LOGGER.exception("fault", extra={FIELDS: {"request_id": request_id}})
            if status:
                # Half an answer is out: only breaking the connection tells the caller.
                raise
            await fault_response(Request(scope))(scope, receive, send_marked)
        finally:
            # Unknown paths count as one: whoever tries paths must not grow the registry.
            route = getattr(scope.get("route"), "path", "(none)")
            self._metrics.count_request(scope["method"], route, status)
            fields = {
                "request_id": request_id,
                "method": scope["method"],
                "route": route,
                "status": status,
                "ms": round((time.perf_counter() - began) * 1e3, 2),
            }
            if "caller" in state:
                fields["key" if isinstance(state["caller"], Key) else "user"] = state["caller"].name
            if "scan_id" in state:
                fields["scan_id"] = state["scan_id"]
            _LOGGER.info("request", extra={FIELDS: fields})
