"""What officers decided, exported by the command on the host, is what `parcelray retrain` takes."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from parcelray.datasets.coco import read_coco
from parcelray.datasets.revisions.store import RevisionStore
from parcelray.scripts.main import app
from parcelray.serving.desk.desk import Desk
from parcelray.serving.desk.intake import Intake
from parcelray.serving.settings import Settings
from parcelray.serving.store.store import open_store
from parcelray.training.retraining.plan import RetrainPlan
from parcelray.training.retraining.retraining import LABELS, REVISION, retrain
from support.labelled_folders import encoded, packed
from support.parcels_at_desk import ANNA, SEARCH, add, drawn, judged, outcome, shown, verdict


class StoppedError(Exception):
    """The training would begin here."""


def work_a_shift(data_dir: Path, parcels: int) -> None:
    """Officers confirm pistols, draw wrenches that the model knows nothing of, and find some parcels empty."""
    settings = Settings(data_dir=data_dir, own_classes="wrench=firearm_part")
    with closing(open_store(data_dir, None, Intake(queue_all=False))) as store:
        desk = Desk(store, settings, dict)
        for number in range(parcels):
            record, images = shown(encoded(packed(900 + number)), labels=("pistol",), consignment_id=f"c{number}")
            for sha256, data in images.items():
                store.blobs.put(sha256, data)
            add(store, record)
            desk.claims.take(ANNA, record.id)
            labels = ((), ("pistol",), ("pistol", "wrench"))[number % 3]
            boxes = [judged(0, "confirmed" if labels else "rejected")]
            boxes += [drawn("wrench", 40, 10, 80, 40)] * ("wrench" in labels)
            desk.verdicts.give(ANNA, record.id, verdict(**SEARCH, boxes=boxes), f"{number}")
            items = [{"label": label, "where": "other"} for label in labels]
            desk.outcomes.tell(ANNA, record.id, outcome(found=bool(items), items=items), f"{number}")


def test_a_shift_becomes_a_revision_and_a_recipe(
    make_plan: Callable[..., RetrainPlan], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARCELRAY_DATA_DIR", str(tmp_path / "data"))
    work_a_shift(tmp_path / "data", 24)
    out = tmp_path / "june"
    done = CliRunner().invoke(app, ["seizures", "export", str(out)])
    assert (done.exit_code, done.output) == (0, f"{out}: 24 views to learn from\n")
    plan = make_plan(confirmed=out / "annotations.json", images=out / "images", rename={})
    said: list[str] = []

    def tell(line: str) -> None:
        said.append(line)
        if len(said) == 3:
            raise StoppedError

    with pytest.raises(StoppedError):
        retrain(plan, tmp_path / "run", workers=0, tell=tell)
    revision = RevisionStore(plan.store).open((tmp_path / "run" / REVISION).read_text().strip())
    new = [scan for scan in revision.scans if revision.sources[scan.source].name == "confirmed"]
    labels = [{item.label for item in scan.items} for scan in new]
    assert [labels.count(set(shown)) for shown in ((), ("pistol",), ("pistol", "wrench"))] == [8, 8, 8]
    learned = read_coco(tmp_path / "run" / LABELS)
    assert {item.category for item in learned.items if not item.ignored} == {"pistol", "pipe", "wrench"}


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--since", "yesterday"], "--since: expected a time as in RFC 3339"),
        (["--until", "2026-06-01"], "--until: expected a time as in RFC 3339"),
    ],
)
def test_what_is_no_time_is_refused_before_anything_is_written(options: list[str], says: str, tmp_path: Path) -> None:
    out = tmp_path / "june"
    done = CliRunner().invoke(app, ["seizures", "export", str(out), "--data-dir", str(tmp_path / "data"), *options])
    assert (done.exit_code, out.exists()) == (2, False)
    assert says in done.output


def test_it_says_what_is_left_out_and_writes_into_no_folder_of_others(tmp_path: Path) -> None:
    work_a_shift(tmp_path / "data", 2)
    with closing(open_store(tmp_path / "data", None, Intake(queue_all=False))) as store:
        desk = Desk(store, Settings(data_dir=tmp_path / "data"), dict)
        record, _ = shown(encoded(packed(1)), labels=("banknote_bundle",))
        add(store, record)
        desk.claims.take(ANNA, record.id)
        desk.verdicts.give(ANNA, record.id, verdict(decision="release", reason="false_alarm"), "k")
    out, command = tmp_path / "june", ["seizures", "export", "--data-dir", str(tmp_path / "data")]
    done = CliRunner().invoke(app, [*command, str(out)])
    assert done.exit_code == 0
    assert done.stdout == f"{out}: 2 views to learn from\n"
    assert done.stderr == "views left out, not judged: 1\n"
    # Again, into the same folder: as after a break.
    before = (out / "annotations.json").read_text()
    assert CliRunner().invoke(app, [*command, str(out)]).exit_code == 0
    assert json.loads((out / "annotations.json").read_text()) == json.loads(before)
    refused = CliRunner().invoke(app, [*command, str(out), "--since", "2026-01-01T00:00:00Z"])
    assert refused.exit_code == 2
    assert "expected a new folder, or the one that this very command was broken off in" in refused.output
