"""What N real seizures buy: a few scans of a class go into `retrain`, and the candidate is judged on held-out groups.

    python scripts/prove/few_shot.py ../shared/data/sixray --category wrench --own firearm_part
    python scripts/prove/few_shot.py ../shared/data/sixray --category gun --label pistol

The first teaches a class that the release has never seen, the second shows it real scans of one that it knows. Groups
are dealt out once: two fifths are judged on, the others are drawn from; no scan of a judged group is ever learned from.
Each draw is a retraining of its own, with the same replayed scans (drawn once, without things of a class that is new).
Its labels list the class alone, so all others are unknown on its scans. Told are AP50 of the class, and by how much
AP50 of guns changed on the same scans, both with intervals from resampling groups.
All scans are one draw. Finished parts are kept under --runs when the command is run again. The weights are for research
only and stay there.
"""

from __future__ import annotations

import argparse
import json
import os
import random
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from numpy.typing import NDArray

mpl.use("Agg")

from matplotlib import pyplot as plt

from parcelray.datasets.coco import read_coco
from parcelray.datasets.revisions.revision import Shares
from parcelray.datasets.revisions.store import RevisionStore
from parcelray.models.detector import Detector
from parcelray.models.package import ModelPackage
from parcelray.models.statistics import Interval, group_bootstrap
from parcelray.models.store import release_folder
from parcelray.training.evaluation.judging import JudgedScan, judge, plan
from parcelray.training.evaluation.ranking import group_places, rank
from parcelray.training.retraining.plan import RetrainPlan, Schedule
from parcelray.training.retraining.replay import make_replay
from parcelray.training.retraining.retraining import retrain

Coco = dict[str, list[dict[str, Any]]]

GUN, GUNS = "gun", ("pistol", "revolver")
JUDGED_SHARE = 0.4
ALL = "all"
# No test scans: the held-out groups are them. A fifth of the clean replayed scans sets thresholds.
SHARES = Shares(train=0.8, validation=0.2, test=0.0)


def deal(document: Coco, category: str, seed: int) -> tuple[list[int], list[int], set[int]]:
    """Ids of scans: those of the category and the clean ones that are drawn from, and all that are judged on.

    Groups that show the category, other groups that show a gun, and groups that show nothing are dealt out alike.
    """
    names = {record["id"]: record["name"] for record in document["categories"]}
    shown: dict[int, set[str]] = defaultdict(set)
    for record in document["annotations"]:
        shown[record["image_id"]].add(names[record["category_id"]])
    groups: dict[str, list[int]] = defaultdict(list)
    for image in document["images"]:
        groups[image["group"]].append(image["id"])
    kinds: dict[str, list[str]] = defaultdict(list)
    for name, ids in sorted(groups.items()):
        words = set().union(*(shown[number] for number in ids))
        kind = category if category in words else GUN if GUN in words else "other" if words else "clean"
        kinds[kind].append(name)
    judged: set[int] = set()
    for kind, members in kinds.items():
        random.Random(f"{seed} {kind}").shuffle(members)
        total = sum(len(groups[name]) for name in members)
        taken = 0
        for name in members:
            if taken >= JUDGED_SHARE * total:
                break
            judged.update(groups[name])
            taken += len(groups[name])
    others = [image["id"] for image in document["images"] if image["id"] not in judged]
    pool = [number for number in others if category in shown[number]]
    return pool, [number for number in others if not shown[number]], judged


def part(document: Coco, ids: set[int], categories: Sequence[str]) -> Coco:
    """The scans of some ids, with the items of some categories; scans that show others alone are left out."""
    kept = [record for record in document["categories"] if record["name"] in categories]
    wanted = {record["id"] for record in kept}
    others = {record["image_id"] for record in document["annotations"] if record["category_id"] not in wanted}
    return {
        "images": [record for record in document["images"] if record["id"] in ids - others],
        "annotations": [record for record in document["annotations"] if record["image_id"] in ids - others],
        "categories": kept,
    }


class Court:
    """Judges models on the held-out groups.

    Args:
        images: folder of the real scans.
        truth: the held-out ones, COCO.
        category: that is learned.
        label: what it is called in the model.
    """

    def __init__(self, images: Path, truth: Path, category: str, label: str) -> None:
        self._images = images
        self._data = read_coco(truth)
        self._answers = {category: (label,)} if category != GUN else {}
        self._category = category

    def judge(self, package: ModelPackage) -> tuple[list[JudgedScan], dict[str, list[int]]]:
        """What a model finds, and which of its labels answer for what."""
        detector = Detector(package, threads=os.cpu_count() or 1)
        known = {
            category: labels
            for category, labels in {**self._answers, GUN: GUNS}.items()
            if set(labels) <= set(detector.labels)
        }
        answers = plan(self._data, detector.labels, known)
        return judge(detector, self._images, self._data, [self._category, GUN]), answers


def compare(
    before: tuple[list[JudgedScan], dict[str, list[int]]],
    after: tuple[list[JudgedScan], dict[str, list[int]]],
    category: str,
) -> dict[str, Any]:
    """AP50 of the category after, and how much AP50 of guns changed: the same resamples of groups for both models."""
    places = group_places(before[0])
    new = rank(after[0], places, category, after[1][category])
    guns = [rank(scans, places, GUN, answers[GUN]) for scans, answers in (before, after)]

    def statistics(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        old, now = (one.average_precision(weights) for one in guns)
        return np.array([new.average_precision(weights), old, now, now - old])

    names = ("ap50", "guns_before", "guns_after", "guns_change")
    intervals: tuple[Interval, ...] = group_bootstrap(len(places), statistics)
    return {name: interval.as_dict() for name, interval in zip(names, intervals, strict=True)}


def draw(pool: list[int], count: str, number: int, category: str) -> list[int]:
    """The scans of a draw; a larger draw of the same number holds the smaller one."""
    order = sorted(pool)
    random.Random(f"{category} {number}").shuffle(order)
    return order[: len(order) if count == ALL else int(count)]


def run_draw(options: argparse.Namespace, document: Coco, ids: list[int], name: str, seed: int) -> ModelPackage:
    """Retrain on some scans; the candidate."""
    folder = options.runs / name
    folder.mkdir(parents=True, exist_ok=True)
    confirmed = folder / "confirmed.json"
    confirmed.write_text(json.dumps(part(document, set(ids), [options.category])))
    own = {options.label: options.own} if options.own else {}
    what = RetrainPlan(
        name=name,
        confirmed=confirmed,
        images=options.data / "images",
        champion=ModelPackage.open(options.champion),
        store=options.runs / "revisions",
        replay=str(options.replay),
        own=own,
        rename={options.category: options.label},
        shares=SHARES,
        schedule=Schedule(options.epochs, options.learning_rate, options.new_share),
        seed=seed,
    )
    return retrain(what, folder / "retrain", tell=lambda line: print(f"{name}: {line}", flush=True)).package


def draw_curve(results: dict[str, Any], file: Path) -> None:
    """AP50 of the class, and the change of AP50 of guns, by how many scans were given: each draw, and their mean."""
    counts = sorted({one["scans"] for one in results["draws"]})
    ticks = [f"all {count}" if count == results["pool"] else str(count) for count in counts]
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    for axes, key, title in (
        (left, "ap50", f"AP50 of {results['category']}"),
        (right, "guns_change", "change of AP50 of guns"),
    ):
        means = [np.mean([one[key]["value"] for one in results["draws"] if one["scans"] == count]) for count in counts]
        axes.plot(means, color="C0")
        for one in results["draws"]:
            told = one[key]
            low, high = told["value"] - told["low"], told["high"] - told["value"]
            place = counts.index(one["scans"]) + 0.08 * one["draw"]
            axes.errorbar(place, told["value"], [[max(low, 0)], [max(high, 0)]], fmt="o", color="C0", alpha=0.6)
        axes.set(xlabel="real scans given to retrain", title=title)
        axes.set_xticks(range(len(counts)), ticks)
        axes.grid(alpha=0.3)
    right.axhline(0, color="black", linewidth=0.8)
    figure.savefig(file, dpi=120)
    plt.close(figure)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="real scans: folder with images/ and annotations.json")
    parser.add_argument("--category", required=True, help="of the real scans: what is learned")
    parser.add_argument("--label", help="what it is called in the model; the category when not given")
    parser.add_argument("--own", metavar="GROUP", help="it is a class that the taxonomy lacks, of this group")
    parser.add_argument("--counts", nargs="+", default=["5", "25", "100", ALL])
    parser.add_argument("--draws", type=int, default=3)
    parser.add_argument("--clean", type=int, default=0, help="clean real scans that go in beside them")
    parser.add_argument("--from", dest="champion", type=Path, default=release_folder(), help="package to start from")
    parser.add_argument("--replay", type=Path, help="folder of old scans; drawn when not given")
    parser.add_argument("--replay-count", type=int, default=900, help="how many are drawn")
    parser.add_argument("--runs", type=Path, default=Path("runs/few-shot"))
    parser.add_argument("--epochs", type=int, default=Schedule.epochs)
    parser.add_argument("--learning-rate", type=float, default=Schedule.learning_rate)
    parser.add_argument("--new-share", type=float, default=Schedule.new_share)
    parser.add_argument("--seed", type=int, default=0, help="deals the groups out")
    options = parser.parse_args()
    options.label = options.label or options.category
    document: Coco = json.loads((options.data / "annotations.json").read_text())
    pool, clean, judged = deal(document, options.category, options.seed)
    options.runs = options.runs / options.category
    options.runs.mkdir(parents=True, exist_ok=True)
    truth = options.runs / "truth.json"
    truth.write_text(json.dumps(part(document, judged, [options.category, GUN])))
    if options.replay is None:
        store = RevisionStore(options.runs / "revisions")
        options.replay = options.runs / "replay"
        own = [options.label] if options.own else []
        make_replay(f"synth:{options.replay_count}", store, options.replay, own=own, seed=options.seed)
    court = Court(options.data / "images", truth, options.category, options.label)
    before = court.judge(ModelPackage.open(options.champion))
    results: dict[str, Any] = {"category": options.category, "pool": len(pool), "judged": len(before[0]), "draws": []}
    for count in options.counts:
        for number in range(1 if count == ALL else options.draws):
            ids = draw(pool, count, number, options.category)
            beside = draw(clean, str(options.clean), number, "clean")
            name = f"{options.category}-{count}-{number}"
            done = options.runs / name / "judged.json"
            if not done.is_file():
                candidate = run_draw(options, document, ids + beside, name, number)
                done.write_text(json.dumps(compare(before, court.judge(candidate), options.category), indent=2))
            one = {"scans": len(ids), "draw": number, **json.loads(done.read_text())}
            results["draws"].append(one)
            print(name, json.dumps(one), flush=True)
            (options.runs / "results.json").write_text(json.dumps(results, indent=2) + "\n")
            draw_curve(results, options.runs / "curve.png")


if __name__ == "__main__":
    main()
