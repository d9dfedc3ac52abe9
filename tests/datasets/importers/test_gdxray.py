from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from parcelray.datasets.importers.gdxray import read_gdxray
from parcelray.datasets.importers.records import LabelledBox
from parcelray.models.errors import DatasetError

Tree = Callable[[dict[str, Any]], Path]
# MATLAB writes numbers like this.
TRUTH = """   1.0000000e+00   3.0000000e+00   1.2000000e+01   4.0000000e+00   2.0000000e+01
   1.0000000e+00   1.5000000e+01   2.0000000e+01   1.0000000e+00   3.0000000e+01
   2.0000000e+00   5.0000000e+00   9.0000000e+00   2.0000000e+01   1.0000000e+01
"""


def test_series_with_boxes_and_without(tree: Tree) -> None:
    source = tree(
        {
            "Baggages/B0049/ground_truth.txt": TRUTH,
            "Baggages/B0049/B0049_0001.png": (40, 30),
            "Baggages/B0049/B0049_0002.png": (40, 30),
            "Baggages/B0049/B0049_0003.png": (40, 30),
            "Baggages/B0001/B0001_0001.png": (40, 30),
        }
    )
    first, second = read_gdxray(source)
    assert (first.name, first.group, first.split) == ("B0049/B0049_0001.png", "B0049", None)
    assert first.picture == source / "Baggages/B0049/B0049_0001.png"
    # The columns are x1, x2, y1, y2; corners count from 1, and the last pixel is in the box.
    assert first.boxes == (LabelledBox("B0049", (2, 3, 12, 20)), LabelledBox("B0049", (14, 0, 20, 30)))
    # The other way round, as in series B0031.
    assert second.boxes == (LabelledBox("B0049", (4, 9, 9, 20)),)
    # Of the third picture nothing is said: it need not be clean.
    assert second.name == "B0049/B0049_0002.png"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1 3 12 4\n", r"ground_truth\.txt, line 1: expected five numbers: picture, x1, x2, y1, y2"),
        ("\n1 3 12 4 x\n", "line 2: expected five numbers"),
        ("1.5 3 12 4 20\n", "a whole number of the picture, got 1.5"),
        ("7 3 12 4 20\n", r"the picture .*B0049_0007\.png, got no such file"),
    ],
)
def test_broken_lines_are_named(tree: Tree, text: str, message: str) -> None:
    with pytest.raises(DatasetError, match=message):
        read_gdxray(tree({"B0049/ground_truth.txt": text, "B0049/B0049_0001.png": (40, 30)}))


def test_another_folder_is_refused(tree: Tree) -> None:
    with pytest.raises(DatasetError, match=r"series with ground_truth\.txt, got none"):
        read_gdxray(tree({"B0001/B0001_0001.png": (40, 30)}))
