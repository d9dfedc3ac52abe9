import pytest

from parcelray.models.errors import DatasetError
from parcelray.training.evaluation.figures import figures
from support.judged import random_scans


def test_figures_count_and_agree_with_each_other() -> None:
    scans = random_scans(0, categories=("gun", "knife"))
    told = figures(scans, {"gun": [0], "knife": [1], "pipe": [2]})
    assert (told["scans"], told["clean_scans"]) == (60, sum(scan.clean for scan in scans))
    # There is no pipe to tell of.
    assert list(told["per_class"]) == ["gun", "knife"]
    gun = told["per_class"]["gun"]
    assert gun["items"] == sum(len(scan.items_of("gun")) for scan in scans)
    assert gun["groups"] <= 20 < gun["scans"] < gun["items"]
    assert told["ap50"] == pytest.approx(
        (gun["ap50"]["value"] + told["per_class"]["knife"]["ap50"]["value"]) / 2, abs=1e-4
    )
    assert told["mean"]["ap50"]["low"] < told["ap50"] < told["mean"]["ap50"]["high"]


def test_figures_of_truth_without_items_are_refused() -> None:
    clean = [scan for scan in random_scans(0) if scan.clean]
    with pytest.raises(DatasetError, match="at least one item"):
        figures(clean, {"gun": [0]})
