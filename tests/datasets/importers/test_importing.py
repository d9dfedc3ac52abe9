import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from parcelray.datasets.coco import read_coco
from parcelray.datasets.files import labelled_picture
from parcelray.datasets.importers.importing import ImportSummary, run_import
from parcelray.datasets.importers.planning import plan_import
from parcelray.models.errors import BadInputError, DatasetError
from parcelray.models.taxonomy import load_taxonomy
from parcelray.training.evaluation.judging import taking_part

Tree = Callable[[dict[str, Any]], Path]
Xml = Callable[..., str]


@pytest.fixture
def sixray(tree: Tree, voc_xml: Xml) -> Path:
    """A gun and a knife; a knife alone; nothing; a gun without a box."""
    return tree(
        {
            "Annotation/P00001.xml": voc_xml("P00001.jpg", (40, 30), ("Gun", 2, 3, 10, 12), ("Knife", 5, 5, 41, 30)),
            "Annotation/P00002.xml": voc_xml("P00002.jpg", (40, 30), ("knife", 2, 3, 10, 12)),
            "ImageSet/10/test.csv": "name,Gun,Knife\nP00001,1,1\nN0000001,-1,-1\nP00003,1,-1\n",
            "JPEGImage/P00001.jpg": (40, 30),
            "JPEGImage/P00002.jpg": (40, 30),
            "JPEGImage/P00003.jpg": (40, 30),
            "JPEGImage/N0000001.jpg": (40, 30),
        }
    )


def run(
    source: Path, out: Path, source_format: str, choices: dict[str, str] | None = None, **more: Any
) -> ImportSummary:
    return run_import(plan_import(source_format, source, choices), out, **more)


def test_what_is_written(sixray: Path, tmp_path: Path) -> None:
    steps: list[int] = []
    summary = run(sixray, tmp_path / "out", "sixray", report=steps.append)
    document = json.loads(summary.annotations.read_text())
    names = ["N0000001.jpg", "P00001.jpg", "P00002.jpg"]
    assert [image["file_name"] for image in document["images"]] == names
    picture = (sixray / "JPEGImage/P00001.jpg").read_bytes()
    assert document["images"][1] == {
        "id": 2,
        "file_name": "P00001.jpg",
        "width": 40,
        "height": 30,
        "group": "P00000",
        "reserved": False,
        "split": "test",
        "source": {
            "format": "sixray",
            "file": "JPEGImage/P00001.jpg",
            "sha256": hashlib.sha256(picture).hexdigest(),
        },
    }
    assert "split" not in document["images"][2]
    assert document["annotations"][1] == {
        "id": 2,
        "image_id": 2,
        "category_id": document["annotations"][2]["category_id"],
        # It reached a pixel beyond the edge.
        "bbox": [4, 4, 36, 26],
        "area": 936,
        "iscrowd": 0,
        "source_class": "Knife",
    }
    assert [category["name"] for category in document["categories"]] == ["Gun", "Knife"], "no leaf was looked for"
    assert document["info"]["left_out"] == {"shows Gun, without a box": 1}
    assert sorted(path.name for path in (tmp_path / "out").rglob("*") if path.is_file()) == sorted(
        [*names, "annotations.json", "import.json"]
    )
    assert (tmp_path / "out/images/P00001.jpg").read_bytes() == picture
    assert steps == [1, 2, 3]


def test_what_is_told(sixray: Path, tmp_path: Path) -> None:
    summary = run(sixray, tmp_path / "out", "sixray")
    assert (summary.scans, summary.clean) == (3, 1)
    assert summary.splits == {"test": 2, "": 1}
    assert {meaning.name: count for meaning, count in summary.items.items()} == {"Gun": 1, "Knife": 2}
    assert summary.left_out == {"shows Gun, without a box": 1}


@pytest.mark.parametrize(
    ("source_format", "files", "choices", "listed"),
    [
        # Of the published set's own classes, those that are one leaf here.
        ("sixray", None, {"Gun": "pistol", "Wrench": "pipe"}, ["pistol", "pipe"]),
        # What the file lists, whether or not it is shown; and no class that is unknown here.
        ("yolo", {"classes.txt": "magazine\nspanner\nrevolver\n"}, {}, ["revolver", "magazine"]),
        ("yolo", {"classes.txt": "Knarre\n"}, {"Knarre": "long_gun"}, ["long_gun"]),
        # Clean scans, of whatever leaf.
        ("yolo", {"classes.txt": "\n"}, {}, [*load_taxonomy().leaves(learned_only=True)]),
    ],
)
def test_what_was_not_looked_for_is_not_listed(
    sixray: Path,
    tree: Tree,
    tmp_path: Path,
    source_format: str,
    files: dict[str, Any] | None,
    choices: dict[str, str],
    listed: list[str],
) -> None:
    source = sixray if files is None else tree({**files, "images/a.png": (40, 30)})
    summary = run(source, tmp_path / "out", source_format, choices)
    assert summary.listed == listed
    named = [name for name in read_coco(summary.annotations).categories if name in load_taxonomy().leaves()]
    assert named == listed


def test_a_scan_with_items_of_other_classes_is_never_clean(sixray: Path, tmp_path: Path) -> None:
    data = read_coco(run(sixray, tmp_path / "out", "sixray", {"Gun": "pistol"}).annotations)
    by_name = {image.file_name: [item.category for item in data.items_of[image.id]] for image in data.images}
    assert by_name == {"N0000001.jpg": [], "P00001.jpg": ["pistol", "Knife"], "P00002.jpg": ["Knife"]}
    # As evaluation chooses: that with a pistol, and that with nothing; a knife alone proves nothing of pistols.
    assert [image.file_name for image in taking_part(data, ["pistol"])] == ["N0000001.jpg", "P00001.jpg"]


def test_shares_become_pixels_and_pairs_stay_pairs(tree: Tree, tmp_path: Path) -> None:
    source = tree(
        {
            "classes.txt": "pistol\n",
            "images/a_high.png": (40, 30),
            "images/a_low.png": (40, 30),
            "labels/a_high.txt": "0 0.5 0.5 0.5 1.01\n",
        }
    )
    summary = run(source, tmp_path / "out", "yolo")
    data = read_coco(summary.annotations)
    assert [item.box for item in data.items] == [(10, 0, 30, 30)]
    assert labelled_picture(tmp_path / "out/images", data.images[0].file_name).shape == (30, 40, 3)
    (image,) = json.loads(summary.annotations.read_text())["images"]
    low = hashlib.sha256((source / "images/a_low.png").read_bytes()).hexdigest()
    assert image["source"]["sha256_low"] == low


def test_a_broken_off_import_goes_on(sixray: Path, tmp_path: Path) -> None:
    class StoppedError(Exception):
        pass

    def stop(done: int) -> None:
        if done == 2:
            raise StoppedError

    out = tmp_path / "out"
    with pytest.raises(StoppedError):
        run(sixray, out, "sixray", report=stop)
    assert not (out / "annotations.json").exists()
    before = (out / "images/N0000001.jpg").stat().st_ino
    run(sixray, out, "sixray")
    assert (out / "images/N0000001.jpg").stat().st_ino == before
    whole = (out / "annotations.json").read_bytes()
    # Again, with all there: the same. And where it is broken off again, it does not look whole.
    run(sixray, out, "sixray")
    assert (out / "annotations.json").read_bytes() == whole
    with pytest.raises(StoppedError):
        run(sixray, out, "sixray", report=stop)
    assert not (out / "annotations.json").exists()


@pytest.mark.parametrize(
    "more", [{"choices": {"Gun": "pistol"}}, {"clip": True}, {"link": True}], ids=["map", "clip", "link"]
)
def test_another_import_does_not_mix_with_it(sixray: Path, tmp_path: Path, more: dict[str, Any]) -> None:
    run(sixray, tmp_path / "out", "sixray")
    with pytest.raises(DatasetError, match="got another's"):
        run(sixray, tmp_path / "out", "sixray", **more)


def test_folders_of_others_and_folders_within_the_source_are_refused(sixray: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(DatasetError, match="one with other files in it"):
        run(sixray, tmp_path, "sixray")
    for out in (sixray, sixray / "imported"):
        with pytest.raises(DatasetError, match="a folder outside of what is imported"):
            run(sixray, out, "sixray")


def test_linked_pictures_take_no_space(sixray: Path, tmp_path: Path) -> None:
    run(sixray, tmp_path / "out", "sixray", link=True)
    assert (tmp_path / "out/images/P00001.jpg").samefile(sixray / "JPEGImage/P00001.jpg")


def test_boxes_beyond_the_picture(tree: Tree, voc_xml: Xml, tmp_path: Path) -> None:
    source = tree(
        {
            "Annotations/1.xml": voc_xml("1.jpg", (40, 30), ("pistol", 1, 1, 5, 5), ("pipe", 30, 20, 60, 29)),
            "Annotations/2.xml": voc_xml("2.jpg", (40, 30), ("pipe", 50, 20, 60, 29)),
            "JPEGImages/1.jpg": (40, 30),
            "JPEGImages/2.jpg": (40, 30),
        }
    )
    message = r"1\.xml, scan 1\.jpg, item 2 \(pipe\): expected a box within the picture of 40 x 30 pixels .*29 19 60 29"
    with pytest.raises(DatasetError, match=message):
        run(source, tmp_path / "out", "voc")
    assert not (tmp_path / "out/annotations.json").exists()
    summary = run(source, tmp_path / "clipped", "voc", clip=True)
    assert [item.box for item in read_coco(summary.annotations).items] == [(0, 0, 5, 5), (29, 19, 40, 29)]
    assert summary.left_out == {"has a box that lies wholly outside its picture": 1}
    assert not (tmp_path / "clipped/images/2.jpg").exists()


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            {"JPEGImages/1.jpg": (41, 30)},
            r"1\.xml, scan 1\.jpg: expected the size of .*1\.jpg, 41 x 30 pixels, got 40 x",
        ),
        ({"JPEGImages/1.jpg": "no picture"}, r"1\.jpg: expected a PNG, JPEG or TIFF image, got text"),
    ],
)
def test_pictures_that_are_not_what_the_labels_say(
    tree: Tree, voc_xml: Xml, tmp_path: Path, files: dict[str, Any], message: str
) -> None:
    source = tree({"Annotations/1.xml": voc_xml("1.jpg", (40, 30))} | files)
    with pytest.raises(BadInputError, match=message):
        run(source, tmp_path / "out", "voc")


def test_what_cannot_be_planned(tree: Tree, voc_xml: Xml, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"FORMAT: expected one of coco, voc, yolo, .*got labelme"):
        plan_import("labelme", tmp_path)
    with pytest.raises(DatasetError, match="gone: expected the folder of a data set"):
        plan_import("voc", tmp_path / "gone")
    source = tree({"Annotations/1.xml": voc_xml("1.jpg", (40, 30), ("axe", 1, 1, 5, 5)), "JPEGImages/1.jpg": (40, 30)})
    with pytest.raises(DatasetError, match=r"1\.xml, scan 1\.jpg: expected classes among pistol, .*got 'axe'"):
        plan_import("voc", source)
    assert plan_import("voc", source, {"axe": ""}).classes.of("axe", "").category == "axe"
    tree({"Annotations/2.xml": voc_xml("./1.jpg", (40, 30))})
    with pytest.raises(DatasetError, match=r"2\.xml: expected each scan once, got \./1\.jpg, which is in .*1\.xml too"):
        plan_import("voc", source, {"axe": ""})


def test_nothing_to_import_is_refused(tree: Tree) -> None:
    source = tree({"ImageSet/10/train.csv": "name,Gun\nP00001,1\n", "JPEGImage/P00001.jpg": (40, 30)})
    with pytest.raises(DatasetError, match="a scan to import, got 1, all of them left out"):
        plan_import("sixray", source)
