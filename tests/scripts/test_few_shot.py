"""How scripts/prove/few_shot.py deals scans out."""

import importlib.util
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

FILE = Path(__file__).parents[2] / "scripts" / "prove" / "few_shot.py"


@pytest.fixture(scope="module")
def few_shot() -> ModuleType:
    spec = importlib.util.spec_from_file_location(FILE.stem, FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def document() -> dict[str, list[dict[str, Any]]]:
    """Scans of 120 groups, each of guns, knives, wrenches, or nothing."""
    generator = np.random.default_rng(0)
    images, annotations = [], []
    for index in range(500):
        group = int(generator.integers(0, 120))
        images.append({"id": index, "file_name": f"{index}.jpg", "width": 9, "height": 9, "group": f"g{group}"})
        if group % 4:
            annotations.append({"id": index, "image_id": index, "category_id": group % 4, "bbox": [1, 1, 5, 5]})
    categories = [{"id": number, "name": name} for number, name in enumerate(("gun", "knife", "wrench"), start=1)]
    return {"images": images, "annotations": annotations, "categories": categories}


def test_no_group_is_learned_from_and_judged(few_shot: ModuleType, document: dict[str, Any]) -> None:
    pool, clean, judged = few_shot.deal(document, "wrench", 0)
    group_of = {image["id"]: image["group"] for image in document["images"]}
    assert not {group_of[number] for number in pool + clean} & {group_of[number] for number in judged}
    shown = {record["image_id"]: record["category_id"] for record in document["annotations"]}
    assert {shown[number] for number in pool} == {3}
    assert clean
    assert not shown.keys() & set(clean)
    counts = Counter(shown.get(number) for number in judged)
    whole = Counter(shown.get(image["id"]) for image in document["images"])
    for kind in (None, 1, 3):
        assert 0.4 <= counts[kind] / whole[kind] < 0.5, "items, guns and clean scans are dealt out alike"
    truth = few_shot.part(document, judged, ["wrench", "gun"])
    assert {record["category_id"] for record in truth["annotations"]} == {1, 3}
    assert len(truth["images"]) == counts[None] + counts[1] + counts[3], "knives alone prove nothing"


def test_a_larger_draw_holds_the_smaller_one(few_shot: ModuleType) -> None:
    pool = list(range(40))
    draws = [[few_shot.draw(pool, count, number, "wrench") for count in ("5", "25", "all")] for number in range(2)]
    for five, more, everything in draws:
        assert five == more[:5]
        assert more == everything[:25]
        assert sorted(everything) == pool
    assert draws[0][0] != draws[1][0]
