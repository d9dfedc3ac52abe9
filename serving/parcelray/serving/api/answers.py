"""What the service answers about scans, as its API describes it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from parcelray.datasets.imaging.quality import ViewWarning
from parcelray.models.naming import NamedDetection, name_detections
from parcelray.models.package import Manifest
from parcelray.serving.engine.engine import Sighting
from parcelray.serving.engine.stages import Stages

Pixels = Annotated[float, Field(ge=0)]


class Answer(BaseModel):
    """The root of what is answered."""

    model_config = ConfigDict(frozen=True)


class ModelAnswer(Answer):
    """Which model looked: a label means nothing without the version of its taxonomy.

    Attributes:
        sha256: of the network, hexadecimal.
    """

    name: str
    version: str
    taxonomy: int
    sha256: str


class DetectionAnswer(Answer):
    """One item that may be contraband.

    Attributes:
        label: a leaf of the taxonomy.
        group: that the leaf belongs to.
        score: 0..1, higher is surer.
        box: x0, y0, x1, y1 in pixels of the view that was sent, from its top left corner.
    """

    label: str
    group: str
    score: Annotated[float, Field(ge=0, le=1)]
    box: tuple[Pixels, Pixels, Pixels, Pixels]


class WarningAnswer(Answer):
    """What speaks against trusting a view: ``blank``, ``clipped``, ``not_xray_like``, ``air_level_guessed``."""

    code: str
    message: str


class ViewAnswer(Answer):
    """One view. An empty list of detections says that nothing was highlighted, not that nothing is there."""

    width: int
    height: int
    detections: list[DetectionAnswer]
    warnings: list[WarningAnswer]


class TimingAnswer(Answer):
    """Milliseconds that the request spent in each stage, all views together.

    Attributes:
        receive: until the body was there.
        wait: until a core was free.
        decode: from files to pixels.
        render: from pixels to the picture that the network knows, and the warnings.
        preprocess: fitting it to the network's input.
        infer: the network.
        postprocess: from its rows to boxes.
        total: from the request's first byte until the answer was made.
    """

    receive: float
    wait: float
    decode: float
    render: float
    preprocess: float
    infer: float
    postprocess: float
    total: float


class DetectAnswer(Answer):
    """What a model saw in a scan.

    Attributes:
        scan_id: null, for the scan was not stored.
        views: in the order in which they were sent; pairs after single images.
    """

    scan_id: str | None
    model: ModelAnswer
    views: list[ViewAnswer]
    timing_ms: TimingAnswer


def model_answer(manifest: Manifest) -> ModelAnswer:
    """Which model a manifest belongs to."""
    return ModelAnswer(
        name=manifest.name,
        version=manifest.version,
        taxonomy=manifest.taxonomy,
        sha256=manifest.files[manifest.network],
    )


def view_answer(sighting: Sighting, manifest: Manifest) -> ViewAnswer:
    """What was found in one view, in words."""
    return ViewAnswer(
        width=sighting.width,
        height=sighting.height,
        detections=[detection_answer(item) for item in name_detections(sighting.detections, manifest)],
        warnings=[warning_answer(warning) for warning in sighting.warnings],
    )


def timing_answer(stages: Stages) -> TimingAnswer:
    """Where the time went, to the microsecond."""
    return TimingAnswer(**{stage: round(stages.seconds[stage] * 1e3, 3) for stage in TimingAnswer.model_fields})


def detection_answer(item: NamedDetection) -> DetectionAnswer:
    """One item."""
    return DetectionAnswer(label=item.label, group=item.group, score=item.score, box=item.box)


def warning_answer(warning: ViewWarning) -> WarningAnswer:
    """What speaks against trusting a view."""
    return WarningAnswer(code=warning.code, message=warning.message)
