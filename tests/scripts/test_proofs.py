"""The short forms of what scripts/prove does at length."""

import importlib.util
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from parcelray.datasets.coco import read_coco
from support.judged import judged

SCRIPTS = Path(__file__).parents[2] / "scripts"


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_folds_of_the_ceiling_never_split_a_group(tmp_path: Path) -> None:
    ceiling = load(SCRIPTS / "prove" / "real_ceiling.py")
    generator = np.random.default_rng(0)
    images, annotations = [], []
    for index in range(300):
        # Groups of very different sizes: group 0 holds a third of everything.
        group = 0 if index < 100 else int(generator.integers(1, 60))
        images.append({"id": index, "file_name": f"{index}.jpg", "width": 9, "height": 9, "group": f"g{group}"})
        category = (1, 2, None)[group % 3]
        if category is not None:
            record = {"id": index, "image_id": index, "category_id": category, "bbox": [1, 1, 5, 5], "area": 25}
            annotations.append(record)
    categories = [{"id": 1, "name": "gun"}, {"id": 2, "name": "wrench"}]
    document = {"images": images, "annotations": annotations, "categories": categories}
    folds = ceiling.folds_of(document)
    group_of = {image["id"]: image["group"] for image in images}
    groups = [{group_of[number] for number in fold} for fold in folds]
    assert len(folds) == 5
    assert all(not (one & other) for i, one in enumerate(groups) for other in groups[:i])
    judged = set().union(*folds)
    assert judged == {index for index in range(300) if int(group_of[index][1:]) % 3 != 1}, "wrenches prove nothing"
    ceiling.write_part(document, folds[1], tmp_path / "part.json")
    part = read_coco(tmp_path / "part.json")
    assert {image.id for image in part.images} == folds[1]
    assert part.categories == ("gun",)


def test_gap_to_the_ceiling_is_of_the_same_resamples() -> None:
    ceiling = load(SCRIPTS / "prove" / "real_ceiling.py")
    box = (0.0, 0.0, 10.0, 10.0)
    # The networks of the folds find every gun, by their label 0; the release those of every other group, by 2 or 4.
    seen = [judged(n, [("gun", box)], [(0, 0.9, box)], group=f"g{n}") for n in range(40)]
    halves = [
        replace(scan, detections=judged(n, [], [(2 + n % 4, 0.9, box)]).detections) for n, scan in enumerate(seen)
    ]
    told = ceiling.compare(seen, halves, [2, 4])
    assert told["ceiling"] == {"value": 1.0, "low": 1.0, "high": 1.0}
    assert told["release"]["value"] == pytest.approx(0.5, abs=0.01)
    assert told["release"]["low"] < 0.45
    assert told["release"]["high"] > 0.55
    for end, other in (("value", "value"), ("low", "high"), ("high", "low")):
        assert told["gap"][end] == pytest.approx(1 - told["release"][other], abs=1e-3)


def test_sabotage_deals_out_the_items_of_one_class_alone() -> None:
    sabotage = load(SCRIPTS / "prove" / "sabotage.py")
    sizes = [(64, 48), (48, 64)] * 20
    images = [{"id": n, "file_name": f"{n}.png", "width": w, "height": h} for n, (w, h) in enumerate(sizes)]
    annotations = [{"id": n, "image_id": n, "category_id": 1 + n % 2, "bbox": [0, 0, *sizes[n]]} for n in range(20)]
    categories = [{"id": 1, "name": "gun"}, {"id": 2, "name": "pipe"}]
    document = {"images": images, "annotations": annotations, "categories": categories}
    after = sabotage.shuffled(document, "gun", seed=0)["annotations"]
    assert [one for one in after if one["category_id"] == 2] == annotations[1::2]
    guns = [one for one in after if one["category_id"] == 1]
    assert len(guns) == 10
    assert sum(one["image_id"] == before["image_id"] for one, before in zip(guns, annotations[::2], strict=True)) <= 2
    for one in guns:
        image = images[one["image_id"]]
        assert one["bbox"] == [0, 0, image["width"], image["height"]], "a box fills what it filled, on another scan"
