"""A whole run on a small set of rectangles: train, be killed, go on, export, detect."""

import json
import math
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from parcelray.datasets.coco import read_coco
from parcelray.datasets.files import sha256_of_file
from parcelray.models.detector import Detector
from parcelray.models.errors import BadInputError, DatasetError, NonFiniteLossError, ParityError, RecipeError
from parcelray.models.package import CARD, INT8_NETWORK, NETWORK, WEIGHTS
from parcelray.models.trained_on import read_trained_on
from parcelray.training import export as export_module
from parcelray.training import quantize
from parcelray.training.checkpoint import Checkpoint
from parcelray.training.evaluation.figures import figures
from parcelray.training.evaluation.judging import judge, plan
from parcelray.training.export import check_parity, export
from parcelray.training.loop import train
from parcelray.training.run_folder import LOG


@pytest.mark.slow
def test_learns_and_exports_a_package_that_finds(
    write_recipe: Callable[..., Path],
    scans: dict[str, Path],
    tmp_path: Path,
    one_thread: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = tmp_path / "run"
    train(write_recipe(epochs=24, learning_rate=4e-3), run, workers=0)
    log = [json.loads(line) for line in (run / LOG).read_text().splitlines()]
    assert [line["epoch"] for line in log] == list(range(1, 25))
    assert log[-1]["loss"] < log[0]["loss"] / 2

    monkeypatch.setattr(quantize, "LEAST_GAIN", math.inf)
    package = export(run, run / "package")
    data = read_coco(scans["validation"] / "annotations.json")
    detector = Detector(package, threads=1)
    answers = plan(data, detector.labels, None)
    measured = figures(judge(detector, scans["validation"] / "images", data, answers), answers)
    assert measured["ap50"] > 0.5, "dark rectangles on white are easily learned"
    assert measured["ap50"] == package.manifest.figures["validation"]["ap50"]  # type: ignore[index,call-overload]
    alarms = package.manifest.figures["validation"]["operating"]["false_alarms"]  # type: ignore[index,call-overload]
    assert alarms["value"] <= 0.05  # type: ignore[index,call-overload,operator]
    operating = package.manifest.operating
    assert operating.calibrated
    assert "scores are probabilities" in operating.basis
    told: dict[str, Any] = package.manifest.figures["calibration"]  # type: ignore[assignment]
    assert told["after"]["error"] < told["before"]["error"]
    for error in (told["before"], told["after"]):
        assert error["low"] <= error["error"] <= error["high"]
    named = read_trained_on(package)
    assert named is not None
    assert [len(named.scans), len(named.validation)] == [96, 330]
    assert named.scans[5].sha256 == sha256_of_file(scans["train"] / "images" / "5.png")
    assert named.scans[5].group == "g2"
    card = (package.folder / CARD).read_text()
    assert "banknote_bundle" in card, "what it has not learned stands in its card"
    assert "| pistol | firearm |" in card
    assert "Scores are calibrated" in card
    assert package.manifest.precision == "fp32"
    assert not (package.folder / INT8_NETWORK).exists()
    assert "8-bit integers were tried and refused" in card
    assert {name: value.tolist() for name, value in load_file(package.folder / WEIGHTS).items()} == {
        name: value.tolist() for name, value in load_file(run / WEIGHTS).items()
    }
    paths = [str(tmp_path), str(Path.cwd())]
    for name in package.manifest.files:
        assert not any(path.encode() in (package.folder / name).read_bytes() for path in paths), name

    with pytest.raises(RecipeError, match="a folder that does not exist yet"):
        export(run, run / "package")
    with pytest.raises(BadInputError, match="multiples of 32 pixels, got 100x96"):
        export(run, run / "odd", size=(100, 96))
    spec = package.manifest.input
    larger = export(run, run / "larger", size=(spec.width + 32, spec.height + 64), try_int8=False)
    assert (larger.manifest.input.width, larger.manifest.input.height) == (spec.width + 32, spec.height + 64)
    assert larger.manifest.lineage["learned with"] == f"{spec.width}x{spec.height} pixels"
    served = judge(Detector(larger, threads=1), scans["validation"] / "images", data, answers)
    assert figures(served, answers)["ap50"] > 0.3
    # Making the same network in floats again takes longest.
    floats = (package.folder / NETWORK).read_bytes()
    monkeypatch.setattr(export_module, "to_onnx", lambda *_: floats)
    monkeypatch.setattr(quantize, "LEAST_GAIN", 0.0)
    monkeypatch.setattr(quantize, "LARGEST_LOSS", 100.0)
    in_int8 = export(run, run / "int8")
    assert in_int8.manifest.network == INT8_NETWORK
    assert in_int8.manifest.figures["int8"]["accepted"] is True  # type: ignore[index,call-overload]
    assert {INT8_NETWORK, NETWORK} <= in_int8.manifest.files.keys()
    assert "8-bit integers serve" in (in_int8.folder / CARD).read_text()
    served = judge(Detector(in_int8, threads=1), scans["validation"] / "images", data, answers)
    assert figures(served, answers)["ap50"] == in_int8.manifest.figures["validation"]["ap50"]  # type: ignore[index,call-overload]
    sabotaged = export_module.YoloX(package.manifest.architecture, 2)
    sabotaged.load_state_dict({k: torch.from_numpy(v.copy()) for k, v in load_file(run / WEIGHTS).items()})
    with torch.no_grad():
        for output in sabotaged.head.box_outputs:
            output.bias += 0.4
    with pytest.raises(ParityError):
        check_parity(sabotaged.eval(), detector, scans["validation"] / "images", data)


KILLED = """
import sys, torch
from pathlib import Path
from parcelray.training import loop
torch.set_num_threads(1)
loop._SAVE_EVERY_S = 0.0  # after each step
loop.train(Path(sys.argv[1]), Path(sys.argv[2]), workers=0)
"""


@pytest.mark.slow
def test_a_run_killed_within_epochs_ends_with_the_same_weights(
    write_recipe: Callable[..., Path], tmp_path: Path, one_thread: None
) -> None:
    recipe = write_recipe(epochs=4)
    train(recipe, tmp_path / "whole", workers=0)
    killed = tmp_path / "killed"
    steps = set()
    for _ in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", KILLED, str(recipe), str(killed)], stderr=subprocess.DEVNULL
        ) as process:
            before = Checkpoint.read(killed)
            deadline = time.monotonic() + 120
            while time.monotonic() < deadline:
                now = Checkpoint.read(killed)
                # Somewhere within an epoch, another one than last time.
                if now and 0 < now.step != (before.step if before else 0):
                    break
                time.sleep(0.01)
            process.send_signal(signal.SIGKILL)
        left = Checkpoint.read(killed)
        assert left is not None
        steps.add((left.epoch, left.step))
    assert len(steps) == 3
    assert not (killed / WEIGHTS).exists(), "it was killed before its end"
    # As if the kill had come later: after an epoch was logged, before its checkpoint, and within a line.
    with (killed / LOG).open("a") as log:
        log.write('{"epoch": 4, "loss": 0.0}\n{"epo')
    train(recipe, killed, workers=0)
    whole, resumed = load_file(tmp_path / "whole" / WEIGHTS), load_file(killed / WEIGHTS)
    assert whole.keys() == resumed.keys()
    for name, value in whole.items():
        np.testing.assert_array_equal(value, resumed[name], err_msg=name)
    logs = [
        [json.loads(line) for line in (tmp_path / run / LOG).read_text().splitlines()] for run in ("whole", "killed")
    ]
    assert [line["epoch"] for line in logs[1]] == [1, 2, 3, 4]
    assert [line["loss"] for line in logs[0]] == [line["loss"] for line in logs[1]]


def test_a_run_s_folder_belongs_to_its_recipe(write_recipe: Callable[..., Path], tmp_path: Path) -> None:
    run = tmp_path / "run"
    train(write_recipe(epochs=1), run, workers=0)
    with pytest.raises(RecipeError, match="this recipe's own run, got the run of another one"):
        train(write_recipe(epochs=2), run, workers=0)


def test_starting_weights_are_those_that_the_recipe_names(write_recipe: Callable[..., Path], tmp_path: Path) -> None:
    recipe = write_recipe()
    with (tmp_path / "start.safetensors").open("ab") as stream:
        stream.write(b"!")
    with pytest.raises(RecipeError, match=r"expected weights of sha256 .* got sha256"):
        train(recipe, tmp_path / "run", workers=0)


def test_a_loss_that_is_no_number_stops_the_run(write_recipe: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(NonFiniteLossError, match="epoch 1, step"):
        train(write_recipe(learning_rate=1e20), tmp_path / "run", workers=0)
    assert not (tmp_path / "run" / WEIGHTS).exists()


def test_an_unfinished_run_is_not_exported(write_recipe: Callable[..., Path], tmp_path: Path) -> None:
    run = tmp_path / "run"
    train(write_recipe(epochs=1), run, workers=0)
    (run / WEIGHTS).unlink()
    with pytest.raises(RecipeError, match=r"a finished run with weights\.safetensors"):
        export(run, tmp_path / "package")
    shutil.rmtree(run)


def test_scans_that_are_reserved_for_testing_are_refused(
    write_recipe: Callable[..., Path], scans: dict[str, Path], tmp_path: Path
) -> None:
    source = scans["train"] / "annotations.json"
    document = json.loads(source.read_text())
    document["images"][5]["reserved"] = True
    marked = tmp_path / "marked.json"
    marked.write_text(json.dumps(document))
    recipe = write_recipe()
    recipe.write_text(recipe.read_text().replace(str(source), str(marked)))
    with pytest.raises(DatasetError, match=r"not reserved for testing, got 1 that are, the first of them 5\.png"):
        train(recipe, tmp_path / "run")
