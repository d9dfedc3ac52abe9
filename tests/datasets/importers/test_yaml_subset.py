from pathlib import Path

import pytest

from parcelray.datasets.importers.yaml_subset import Value, read_yaml
from parcelray.models.errors import DatasetError

# As Ultralytics, Roboflow and CVAT write it, and by hand.
ULTRALYTICS = """# A comment: with a colon
path: ../datasets/guns # dataset root dir
train: images/train # train images (relative to 'path')
val: images/val
test: # test images (optional)

# Classes
names:
  0: pistol
  1: long gun
  # one more
  2: "revolver"

download: |
  names = [1, 2]
  train: nonsense
"""
ROBOFLOW = """train: ../train/images
val: ../valid/images

nc: 2
names: ['pistol', 'long gun']

roboflow:
  workspace: customs
"""
BLOCKS = "names:\n- pistol\n- 'long gun'\ntrain:\n  - a.txt\n  - b\n"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (
            ULTRALYTICS,
            {
                "train": "images/train",
                "val": "images/val",
                "names": {"0": "pistol", "1": "long gun", "2": "revolver"},
            },
        ),
        (
            ROBOFLOW,
            {"train": "../train/images", "val": "../valid/images", "names": ["pistol", "long gun"]},
        ),
        (BLOCKS, {"names": ["pistol", "long gun"], "train": ["a.txt", "b"]}),
        ("names: {0: pistol, 1: 'long gun'} # two", {"names": {"0": "pistol", "1": "long gun"}}),
        ("names: []\n", {"names": []}),
        ("nc: 2\n", {}),
    ],
)
def test_the_keys_that_are_wanted(tmp_path: Path, text: str, values: dict[str, Value]) -> None:
    path = tmp_path / "data.yaml"
    path.write_text(text)
    assert read_yaml(path, ("names", "train", "val", "test")) == values


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("names: [pistol,\n  revolver]\n", "line 1: expected a list that ends on its line"),
        ("names: *anchor\n", "a word, or one in quotes"),
        ("names: &a [pistol]\n", "a word, or one in quotes"),
        ("names:\n  pistol\n", "entries such as 0: pistol, got pistol"),
        ("names:\n  0:\n    deeper: 1\n", "entries such as 0: pistol, got 0:"),
        ("names: ['pistol]\n", "a word, or one in quotes"),
    ],
)
def test_more_than_the_subset_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "data.yaml"
    path.write_text(text)
    with pytest.raises(DatasetError, match=message):
        read_yaml(path, ("names",))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no such file"):
        read_yaml(tmp_path / "data.yaml", ("names",))
