"""The shipped release on the shipped samples: what a stranger does first."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

from parcelray.datasets.coco import read_coco
from parcelray.datasets.files import labelled_picture, sha256_of_file
from parcelray.models.detector import Detector
from parcelray.models.nets.weights import load_matching, read_weights
from parcelray.models.nets.yolox import YoloX
from parcelray.models.package import CARD, INT8_NETWORK, NETWORK, TRAINED_ON, WEIGHTS, ModelPackage
from parcelray.models.store import release_folder
from parcelray.models.trained_on import read_trained_on
from parcelray.training.evaluation.figures import figures
from parcelray.training.evaluation.judging import judge, plan
from parcelray.training.export import check_parity

SAMPLES = Path(__file__).parents[2] / "datasets" / "samples"


@pytest.fixture(scope="module")
def package() -> ModelPackage:
    return ModelPackage.open(release_folder())


def test_is_whole_small_and_says_what_it_is(package: ModelPackage) -> None:
    # Integers are there only where they proved faster and as good.
    assert set(package.manifest.files) - {INT8_NETWORK} == {NETWORK, WEIGHTS, TRAINED_ON, CARD}
    assert sum(path.stat().st_size for path in package.folder.iterdir()) < 15_000_000
    card = (package.folder / CARD).read_text()
    for heading in ("Intended use", "What it was made from", "Figures", "Limits", "Licence"):
        assert f"## {heading}" in card


def test_samples_show_every_class_that_the_release_knows(package: ModelPackage) -> None:
    truth = read_coco(SAMPLES / "truth.json")
    assert {item.category for item in truth.items} == set(package.manifest.labels)
    assert any(not truth.items_of[image.id] for image in truth.images), "and some clean"
    assert len(truth.images) == 12


def test_no_sample_was_learned_from(package: ModelPackage) -> None:
    trained_on = read_trained_on(package)
    assert trained_on is not None
    assert trained_on.unnamed == ()
    seen = [*trained_on.scans, *trained_on.validation]
    truth = read_coco(SAMPLES / "truth.json")
    assert not {image.group for image in truth.images} & {mark.group for mark in seen}
    assert not {sha256_of_file(SAMPLES / image.file_name) for image in truth.images} & {mark.sha256 for mark in seen}


def test_onnx_equals_torch_on_all_samples(package: ModelPackage) -> None:
    network = YoloX(package.manifest.architecture, len(package.manifest.labels))
    assert load_matching(network, read_weights(package.folder / WEIGHTS)) == []
    parity = check_parity(network.eval(), Detector(package, threads=1), SAMPLES, read_coco(SAMPLES / "truth.json"))
    assert parity.boxes > 10
    assert parity.largest_score_gap < 1e-3


def test_finds_items_in_the_samples(package: ModelPackage) -> None:
    truth = read_coco(SAMPLES / "truth.json")
    answers = plan(truth, package.manifest.labels, None)
    measured = figures(judge(Detector(package, threads=1), SAMPLES, truth, answers), answers)
    assert measured["ap50"] > 0.3
    assert measured["scans"] == 12


def test_threads_do_not_change_the_boxes(package: ModelPackage) -> None:
    picture = labelled_picture(SAMPLES, "01-pistols.jpg")
    one, two = (Detector(package, threads=threads).detect(picture, 0.05) for threads in (1, 2))
    assert one.labels.tolist() == two.labels.tolist()
    np.testing.assert_allclose(one.boxes, two.boxes, atol=1e-2)


def test_the_command_of_the_readme(parcelray: list[str], tmp_path: Path) -> None:
    command = [*parcelray, "detect", str(SAMPLES), "--json", "-", "--overlays", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    records: list[dict[str, object]] = json.loads(done.stdout)
    assert len(records) == 12
    assert any(record["detections"] for record in records)
    assert len(list(tmp_path.glob("*.png"))) == 12
