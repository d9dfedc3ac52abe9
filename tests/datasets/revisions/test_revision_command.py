"""``parcelray revision``, in this process: what it prints, writes and exits with."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from parcelray.datasets.coco import read_coco
from parcelray.datasets.revisions.store import RevisionStore
from parcelray.scripts.main import app
from support.labelled_folders import LabelledFolder

Run = Callable[..., Result]
PISTOL = ("pistol", 10, 10, 20, 20)


@pytest.fixture
def run() -> Run:
    return lambda *arguments: CliRunner().invoke(app, ["revision", *map(str, arguments)])


@pytest.fixture
def may(tmp_path: Path) -> Path:
    made = LabelledFolder(tmp_path / "may")
    for number in range(10):
        made.add(f"{number}.png", number, *([PISTOL] if number % 2 else []))
    return made.folder


@pytest.fixture
def kept(run: Run, may: Path, tmp_path: Path) -> Path:
    """A store with two revisions."""
    made = LabelledFolder(tmp_path / "june").add("a.png", 0, ("pipe", 1, 2, 30, 40)).add("b.png", 50)
    store = tmp_path / "store"
    assert run("build", "2026-05", "--from", may, "--store", store).exit_code == 0
    done = run(
        "build", "2026-06", "--from", made.folder, "--store", store, "--parent", "2026-05", "--shares", "train=1"
    )
    assert done.exit_code == 0, done.output
    return store


@pytest.mark.parametrize("command", ["check", "build", "list", "show", "diff", "verify", "export"])
def test_every_command_explains_itself(run: Run, command: str) -> None:
    done = run(command, "--help")
    assert done.exit_code == 0
    assert len(done.stdout) > 200


def test_check_exits_with_0_where_nothing_is_wrong(run: Run, may: Path) -> None:
    done = run("check", may)
    assert (done.exit_code, done.stdout) == (0, f"{may}: 0 errors, 0 warnings\n")


def test_check_exits_with_1_and_names_each_kind(run: Run, may: Path, tmp_path: Path) -> None:
    document = json.loads((may / "annotations.json").read_text())
    for number in range(30):
        document["annotations"].append(document["annotations"][0] | {"id": 100 + number, "image_id": 99})
    document["images"][3] |= {"file_name": "1.png"}
    (may / "annotations.json").write_text(json.dumps(document))
    done = run("check", may, "--json", tmp_path / "findings.json")
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert len([line for line in lines if line.startswith("error  unknown-image  ")]) == 21
    assert "error  unknown-image  … and 10 more (--json tells all)" in lines
    assert (
        f"{may}/annotations.json, image 4: expected a file of its own, got '1.png', which image 2 names too"
        in done.stdout
    )
    assert lines[-1] == f"{may}: 31 errors, 0 warnings"
    report = json.loads((tmp_path / "findings.json").read_text())
    assert {key: report[key] for key in ("folder", "against", "errors", "warnings")} == {
        "folder": str(may),
        "against": None,
        "errors": 31,
        "warnings": 0,
    }
    assert len(report["findings"]) == 31
    assert report["findings"][0].keys() == {"kind", "severity", "where", "expected", "got"}


def test_check_writes_json_alone_to_standard_output(run: Run, may: Path) -> None:
    done = run("check", may, "--json", "-")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["errors"] == 0


def test_check_against_another_folder(run: Run, may: Path, tmp_path: Path) -> None:
    other = LabelledFolder(tmp_path / "other").add("x.png", 5, PISTOL)
    done = run("check", may, "--against", other.folder)
    assert done.exit_code == 1
    assert "error  same-picture  " in done.stdout
    assert done.stdout.endswith(f"{may}: 1 errors, 0 warnings\n")


def test_check_warns_and_exits_with_0(run: Run, may: Path, tmp_path: Path) -> None:
    made = LabelledFolder(tmp_path / "twice").add("x.png", 5).add("y.png", 5)
    done = run("check", made.folder)
    assert done.exit_code == 0
    assert "warning  same-picture  " in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("check", "nowhere"), "nowhere: expected a folder with images/ and annotations.json"),
        (("check", "{may}", "--against", "nowhere"), "nowhere: expected a folder with images/"),
        (("check", "{may}", "--foreign", "pistol"), "foreign classes: expected classes that are no leaves, got pistol"),
        (("build", "x", "--from", "nowhere", "--store", "s"), "nowhere: expected a folder with images/"),
        (
            ("build", "x", "--from", "{may}", "--store", "s", "--shares", "train=.5"),
            "--shares: expected shares that add",
        ),
        (("build", "x", "--from", "{may}", "--store", "s", "--shares", "dev=1"), "got 'dev=1'"),
        (("build", "x", "--from", "{may}", "--store", "s", "--shares", "train=all"), "got 'train=all'"),
        (
            ("build", "x", "--from", "{may}", "--store", "{may}/annotations.json"),
            "expected a place that can be written",
        ),
        (("list", "--store", "nowhere"), "nowhere: expected a folder that revisions are kept in"),
        (("show", "2026-07", "--store", "{kept}"), "expected a revision's name or id (2026-05, 2026-06, "),
        (
            ("export", "2026-05", "dev", "--out", "o", "--store", "{kept}"),
            "SPLIT: expected one of train, validation, test",
        ),
        (("export", "2026-05", "train", "--out", "{may}", "--store", "{kept}"), "expected an empty folder, or none"),
    ],
)
def test_what_cannot_be_done_exits_with_2(
    run: Run,
    may: Path,
    kept: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run(*(argument.format(may=may, kept=kept) for argument in arguments))
    assert done.exit_code == 2, done.output
    assert message in done.stderr
    assert "Traceback" not in done.output


def test_build_shows_the_revision_and_says_when_it_was_there(run: Run, may: Path, kept: Path) -> None:
    done = run("build", "2026-05", "--from", may, "--store", kept)
    assert done.exit_code == 0
    assert "This very revision was kept already." in done.stderr
    shown = run("show", "2026-05", "--store", kept)
    assert done.stdout == shown.stdout
    revision = RevisionStore(kept).open("2026-05")
    lines = shown.stdout.splitlines()
    assert lines[:4] == [
        revision.id,
        "called 2026-05",
        "follows none",
        "taxonomy 1, seed 0, shares: train 0.8, validation 0.1, test 0.1",
    ]
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in lines if "│" in line]
    counts = [str(revision.scans_showing[split]["pistol"]) for split in ("train", "validation", "test")]
    assert rows[-1] == ["pistol", *counts, "5"]
    assert rows[0][-1] == "5"


def test_list_names_all_the_oldest_first(run: Run, kept: Path) -> None:
    store = RevisionStore(kept)
    first, second = (store.open(name) for name in ("2026-05", "2026-06"))
    lines = run("list", "--store", kept).stdout.splitlines()
    assert lines[0].startswith(f"{first.id[:12]}  2026-05: ")
    assert lines[1].startswith(f"{second.id[:12]}  2026-06: ")
    assert lines[1].endswith(f", follows {first.id[:12]}")


def test_diff_tells_scans_and_items(run: Run, kept: Path) -> None:
    done = run("diff", "2026-05", "2026-06", "--store", kept)
    assert done.exit_code == 0
    for line in ("1 scans added", "9 scans removed", "1 scans relabelled", "0 scans moved to another split"):
        assert line in done.stdout.splitlines()
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in done.stdout.splitlines() if "│" in line]
    assert rows == [["pipe", "0", "1", "+1"], ["pistol", "5", "0", "-5"]]


def test_verify_exits_with_1_where_a_file_is_damaged(run: Run, kept: Path) -> None:
    done = run("verify", "2026-05", "--store", kept)
    assert done.exit_code == 0
    store = RevisionStore(kept)
    revision = store.open("2026-05")
    assert done.stdout == f"{revision.id[:12]}: 10 scans, 0 files damaged\n"
    path = store.objects.path_of(revision.scans[4].sha256)
    path.unlink()
    done = run("verify", "2026-05", "--store", kept)
    assert done.exit_code == 1
    assert f"{path} ({revision.scans[4].file!a}): no such file" in done.stdout


def test_export_writes_what_training_reads(run: Run, kept: Path, tmp_path: Path) -> None:
    done = run("export", "2026-05", "train", "--out", tmp_path / "train", "--store", kept)
    assert done.exit_code == 0, done.output
    data = read_coco(tmp_path / "train" / "annotations.json")
    assert (
        done.stdout == f"{tmp_path / 'train' / 'annotations.json'}: {len(data.images)} scans, {len(data.items)} items\n"
    )
