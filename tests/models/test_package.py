import json
from pathlib import Path

import pytest

from parcelray.models.errors import PackageError, PackageNotFoundError, PackageTamperedError
from parcelray.models.package import MANIFEST, Manifest, ModelPackage, Operating, Platt, sha256_of, write_manifest
from parcelray.models.store import release_folder

LABELS = ("pistol", "revolver", "pipe")


@pytest.fixture
def folder(tmp_path: Path, manifest: Manifest) -> Path:
    (tmp_path / "model.onnx").write_bytes(b"a network")
    write_manifest(tmp_path, manifest.model_copy(update={"files": {"model.onnx": sha256_of(b"a network")}}))
    return tmp_path


def test_what_was_written_is_read(folder: Path) -> None:
    package = ModelPackage.open(folder)
    assert package.manifest.labels == ("pistol", "revolver", "pipe")
    assert package.read("model.onnx") == b"a network"


def test_one_flipped_bit_is_found(folder: Path) -> None:
    network = folder / "model.onnx"
    data = bytearray(network.read_bytes())
    data[3] ^= 1
    network.write_bytes(data)
    with pytest.raises(PackageTamperedError, match=r"model\.onnx was altered: expected sha256 .*, got "):
        ModelPackage.open(folder)


def test_altered_between_opening_and_reading_is_found(folder: Path) -> None:
    package = ModelPackage.open(folder)
    (folder / "model.onnx").write_bytes(b"another network")
    with pytest.raises(PackageTamperedError, match="altered"):
        package.read("model.onnx")


def test_missing_things_are_named(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(PackageNotFoundError, match=r"expected a folder with manifest\.json"):
        ModelPackage.open(tmp_path / "nowhere")
    package = ModelPackage.open(folder)
    with pytest.raises(PackageTamperedError, match=r"names no file card\.md"):
        package.read("card.md")
    (folder / "model.onnx").unlink()
    with pytest.raises(PackageTamperedError, match=r"model\.onnx is missing"):
        ModelPackage.open(folder)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"surprise": 1}, "surprise"),
        ({"labels": ["pistol", "knife", "pipe"]}, "knife"),
        ({"operating": {"thresholds": {"pistol": 0.5}, "calibrated": False, "basis": ""}}, "each label once"),
        (
            {"operating": {"thresholds": dict.fromkeys(LABELS, 0.5), "calibrated": True, "basis": ""}},
            "exactly where calibrated is true",
        ),
        (
            {
                "operating": {
                    "thresholds": dict.fromkeys(LABELS, 0.5),
                    "calibrated": True,
                    "basis": "",
                    "calibration": {"pistol": {"slope": 1.0, "offset": 0.0}},
                }
            },
            "calibration must name the labels",
        ),
        (
            {
                "operating": {
                    "thresholds": dict.fromkeys(LABELS, 0.5),
                    "calibrated": True,
                    "basis": "",
                    "calibration": {label: {"slope": 0.0, "offset": 0.0} for label in LABELS},
                }
            },
            "slope",
        ),
        ({"precision": "int4"}, "precision"),
        ({"taxonomy": 99}, "version 99"),
        ({"own_classes": {"pipe": "cash"}}, "got a leaf of taxonomy 1"),
        ({"own_classes": {"wrench": "cash"}}, "own_classes that are no labels: wrench"),
        ({"format": 2}, "format"),
    ],
)
def test_a_manifest_that_makes_no_sense_is_refused(folder: Path, change: dict[str, object], message: str) -> None:
    document = json.loads((folder / MANIFEST).read_text()) | change
    (folder / MANIFEST).write_text(json.dumps(document))
    with pytest.raises(PackageError, match=message):
        ModelPackage.open(folder)


def test_an_unknown_release_is_named() -> None:
    with pytest.raises(PackageNotFoundError, match="model release 9999: not installed"):
        release_folder("9999")


def test_a_calibration_comes_back_as_it_was_written(tmp_path: Path, manifest: Manifest) -> None:
    operating = Operating(
        thresholds=manifest.operating.thresholds,
        calibrated=True,
        basis="made up",
        calibration={label: Platt(slope=0.1 + place, offset=-1 / 3) for place, label in enumerate(LABELS)},
    )
    write_manifest(tmp_path, manifest.model_copy(update={"operating": operating}))
    assert ModelPackage.open(tmp_path).manifest.operating == operating


def test_what_serves_is_the_network_of_the_package_s_precision(manifest: Manifest) -> None:
    assert manifest.network == "model.onnx"
    assert manifest.model_copy(update={"precision": "int8"}).network == "model.int8.onnx"
