import pytest

from parcelray.models.package import ArchitectureSpec, DecodeSpec, InputSpec, Manifest, Operating

LABELS = ("pistol", "revolver", "pipe")


@pytest.fixture
def manifest() -> Manifest:
    """A model of three classes that reads 64 x 64 pixels."""
    return Manifest(
        name="test",
        version="0000",
        taxonomy=1,
        labels=LABELS,
        architecture=ArchitectureSpec(width=0.125, depth=0.33, depthwise=True),
        input=InputSpec(width=64, height=64, channel_order="bgr", pad_value=114),
        decode=DecodeSpec(strides=(8, 16, 32), nms_iou=0.65, same_gun_iou=0.7, score_floor=0.01, max_detections=100),
        operating=Operating(
            thresholds={"pistol": 0.5, "revolver": 0.3, "pipe": 0.8}, calibrated=False, basis="made up"
        ),
        lineage={},
        figures={},
        files={},
    )
