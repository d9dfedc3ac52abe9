from pathlib import Path

import cv2
import pytest

from parcelray.datasets.imaging.reading import read_view
from parcelray.datasets.imaging.rendering import render
from parcelray.datasets.revisions.building import RevisionPlan, build
from parcelray.datasets.revisions.revision import RevisionScan, Shares
from parcelray.datasets.revisions.store import RevisionStore
from parcelray.datasets.validation.likeness import NAME as LIKENESS
from parcelray.datasets.validation.likeness import likeness
from parcelray.models.errors import PackageTamperedError
from parcelray.models.package import TRAINED_ON, ModelPackage, sha256_of
from parcelray.models.trained_on import ScanMark, TrainedOn
from parcelray.training.gate.demands import LeakDemands, read_demands
from parcelray.training.gate.leak import check_leak
from parcelray.training.gate.verdict import Check
from support.gated import package_like
from support.labelled_folders import LabelledFolder, encoded, packed

NOBODY = LeakDemands(trusted=())


@pytest.fixture
def unseen(tmp_path: Path) -> list[RevisionScan]:
    """Four scans to test on: the last two are of one group."""
    made = LabelledFolder(tmp_path / "may")
    for number in range(4):
        made.add(f"{number}.png", number, ("pistol", 10, 10, 20, 20), **({"group": "parcel-7"} if number > 1 else {}))
    plan = RevisionPlan((made.folder,), shares=Shares(train=0, validation=0, test=1))
    return list(build("may", plan, RevisionStore(tmp_path / "store")).revision.in_split("test"))


def marked(data: bytes, group: str | None = None) -> ScanMark:
    """A scan as training notes it."""
    seen = likeness(render(read_view(data, name="scan")).pixels)
    return ScanMark(sha256=sha256_of(data), likeness=None if seen is None else seen.hex(), group=group)


OTHERS = tuple(marked(encoded(packed(number))) for number in range(100, 105))


def checked(folder: Path, test: list[RevisionScan], demands: LeakDemands = NOBODY, **trained_on: object) -> Check:
    fields = {"likeness": LIKENESS, "scans": OTHERS} | trained_on
    document = TrainedOn.model_validate(fields).model_dump_json().encode()
    return check_leak(package_like(folder, files={TRAINED_ON: document}), test, demands)


def test_scans_that_were_never_seen_pass(tmp_path: Path, unseen: list[RevisionScan]) -> None:
    check = checked(tmp_path / "p", unseen)
    assert (check.passed, check.reason) == (True, "none of 4 test scans is among its 5")


def test_the_same_file_is_found(tmp_path: Path, unseen: list[RevisionScan]) -> None:
    check = checked(tmp_path / "p", unseen, scans=(*OTHERS, marked(encoded(packed(1)))))
    assert not check.passed
    assert check.reason == "the candidate learned from 1 of 4 test scans (1.png: same file)"


def test_a_copy_is_found_however_it_was_saved_and_laid(tmp_path: Path, unseen: list[RevisionScan]) -> None:
    mirrored = packed(1)[:, ::-1]
    small = cv2.resize(mirrored, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    check = checked(tmp_path / "p", unseen, scans=(*OTHERS, marked(encoded(small, ".jpg", 60))))
    assert check.reason == "the candidate learned from 1 of 4 test scans (1.png: same picture)"


def test_a_scan_of_the_same_parcel_is_found(tmp_path: Path, unseen: list[RevisionScan]) -> None:
    check = checked(tmp_path / "p", unseen, scans=(marked(encoded(packed(200)), "parcel-7"), *OTHERS))
    assert not check.passed
    assert "2 of 4 test scans (" in check.reason
    assert "2.png: group parcel-7" in check.reason


def test_scans_that_thresholds_were_set_on_count(tmp_path: Path, unseen: list[RevisionScan]) -> None:
    check = checked(tmp_path / "p", unseen, validation=(marked(encoded(packed(0))),))
    assert (check.passed, check.reason) == (False, "the candidate was set on 1 of 4 test scans (0.png: same file)")


def test_what_cannot_be_excluded_is_refused(tmp_path: Path, unseen: list[RevisionScan]) -> None:
    check = check_leak(package_like(tmp_path / "silent", without=(TRAINED_ON,)), unseen, NOBODY)
    assert (check.passed, "cannot be excluded" in check.reason) == (False, True)
    check = checked(tmp_path / "older", unseen, likeness="another/1")
    assert (check.passed, "copies cannot be told" in check.reason) == (False, True)
    check = checked(tmp_path / "from", unseen, unnamed=("theirs 0009",))
    assert (check.passed, "started from theirs 0009" in check.reason) == (False, True)


def test_a_start_that_is_trusted_by_name_passes(tmp_path: Path, unseen: list[RevisionScan]) -> None:
    check = checked(tmp_path / "p", unseen, read_demands().leak, unnamed=("parcelray 0001",))
    assert check.passed
    assert check.reason.endswith("; trusted without a list of scans: parcelray 0001")


def test_a_list_that_was_altered_is_an_error(tmp_path: Path, unseen: list[RevisionScan]) -> None:
    checked(tmp_path / "p", unseen)
    package = ModelPackage.open(tmp_path / "p")
    (package.folder / TRAINED_ON).write_text("{}")
    with pytest.raises(PackageTamperedError):
        check_leak(package, unseen, NOBODY)
