import json
from pathlib import Path

import pytest

from parcelray.models.errors import PackageError
from parcelray.models.package import TRAINED_ON, Manifest, ModelPackage, sha256_of, write_manifest
from parcelray.models.trained_on import ScanMark, TrainedOn, read_trained_on

NAME = "some-likeness/1"


def mark(number: int, likeness: str | None = "00ff") -> ScanMark:
    return ScanMark(sha256=f"{number:064x}", likeness=likeness, group=f"g{number}")


def package_of(folder: Path, manifest: Manifest, content: bytes | None) -> ModelPackage:
    files = {}
    if content is not None:
        (folder / TRAINED_ON).write_bytes(content)
        files[TRAINED_ON] = sha256_of(content)
    write_manifest(folder, manifest.model_copy(update={"files": files}))
    return ModelPackage.open(folder)


def test_a_package_says_what_it_learned_from(tmp_path: Path, manifest: Manifest) -> None:
    written = TrainedOn(likeness=NAME, scans=(mark(1), mark(2, None)), validation=(mark(3),))
    content = written.model_dump_json().encode()
    assert json.loads(content)["scans"][0] == {"sha256": f"{1:064x}", "likeness": "00ff", "group": "g1"}
    assert read_trained_on(package_of(tmp_path, manifest, content)) == written


def test_an_older_package_does_not_say(tmp_path: Path, manifest: Manifest) -> None:
    assert read_trained_on(package_of(tmp_path, manifest, None)) is None


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"format": 2, "likeness": NAME, "scans": []}, "format"),
        ({"format": 1, "likeness": NAME, "scans": [{"sha256": "1", "likeness": None, "group": None}]}, "sha256"),
        ({"format": 1, "likeness": NAME}, "scans"),
    ],
)
def test_what_makes_no_sense_is_refused(
    tmp_path: Path, manifest: Manifest, document: dict[str, object], message: str
) -> None:
    with pytest.raises(PackageError, match=rf"trained_on\.json is not valid: .*{message}"):
        read_trained_on(package_of(tmp_path, manifest, json.dumps(document).encode()))


def test_scans_of_the_one_before_are_added_each_once() -> None:
    now = TrainedOn(likeness=NAME, scans=(mark(1), mark(2)))
    before = TrainedOn(likeness=NAME, scans=(mark(2), mark(3)), validation=(mark(4),), unnamed=("old 0001",))
    both = now.and_before(before)
    assert both.scans == (mark(1), mark(2), mark(3))
    assert both.validation == (), "thresholds of the one before are not taken over"
    assert both.unnamed == ("old 0001",)


def test_one_picture_in_two_groups_counts_in_both() -> None:
    again = mark(1).model_copy(update={"group": "another"})
    both = TrainedOn(likeness=NAME, scans=(mark(1),)).and_before(TrainedOn(likeness=NAME, scans=(again,)))
    assert both.scans == (mark(1), again)


def test_likenesses_of_another_kind_are_not_taken_for_ours() -> None:
    before = TrainedOn(likeness="another/1", scans=(mark(3),))
    assert TrainedOn(likeness=NAME, scans=(mark(1),)).and_before(before).scans == (mark(1), mark(3, None))
