from dataclasses import replace
from pathlib import Path

from parcelray.datasets.coco import CocoData, read_coco
from parcelray.models.package import WEIGHTS, ModelPackage
from parcelray.models.store import release_folder
from parcelray.training.gate.parity import check_parity
from support.gated import package_like
from support.sabotage import SAMPLES, sabotaged_candidate


def few_samples() -> CocoData:
    data = read_coco(SAMPLES / "truth.json")
    return replace(data, images=data.images[:2])


def test_a_release_agrees_with_its_weights() -> None:
    check = check_parity(ModelPackage.open(release_folder()), 1, SAMPLES, few_samples())
    assert check.passed, check.reason
    assert check.figures["boxes"] > 0


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    candidate = sabotaged_candidate(tmp_path / "p", "pistol", network_too=False)
    check = check_parity(candidate, 1, SAMPLES, few_samples())
    assert not check.passed
    assert check.reason.startswith("ONNX and weights differ: 01-pistols.jpg: ")


def test_without_weights(tmp_path: Path) -> None:
    check = check_parity(package_like(tmp_path / "p", without=(WEIGHTS,)), 1, SAMPLES, few_samples())
    assert (check.passed, check.reason) == (False, "the package has no weights.safetensors")
