"""The card of a package: what a person should know before trusting it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from parcelray.models.package import Operating
from parcelray.training.config import Recipe


def write_card(
    recipe: Recipe, answers: Mapping[str, Sequence[int]], operating: Operating, measured: dict[str, Any]
) -> str:
    """Markdown, from the recipe and the figures alone.

    Args:
        recipe: of the run.
        answers: for each category of the validation scans, which labels answer for it.
        operating: thresholds.
        measured: ``parity``, ``int8``, ``calibration`` and ``validation`` as ``parcelray export`` measures them.
    """
    missing = [leaf for leaf in recipe.classes.leaves(learned_only=True) if leaf not in recipe.labels]
    own = [f"{name} (group {group})" for name, group in recipe.own_classes.items()]
    validation = measured["validation"]
    shown = validation["operating"]
    rows = [
        "| class | group | items | AP50 | scans found at the operating threshold | threshold |",
        "|---|---|---:|---:|---:|---:|",
    ]
    for label, one in validation["per_class"].items():
        answering = recipe.labels[answers[label][0]]
        rate = shown["pd"][label]
        rows.append(
            f"| {label} | {recipe.classes.group_of(answering).name} | {one['items']} | "
            f"{one['ap50']['value']:.2f} ({one['ap50']['low']:.2f}–{one['ap50']['high']:.2f}) | "
            f"{rate['found']} of {rate['scans']}: {rate['value']:.2f} ({rate['low']:.2f}–{rate['high']:.2f}) | "
            f"{operating.thresholds[answering]:.3f} |"
        )
    alarms = shown["false_alarms"]
    parity = measured["parity"]
    table = "\n".join(rows)
    return f"""# {recipe.name} {recipe.version}

Finds {len(recipe.labels)} classes of taxonomy {recipe.taxonomy} in X-ray scans of parcels. It points an officer to
places that are worth a look; it decides nothing. Where it draws no box, that says nothing about the parcel.
Own classes among them, which the taxonomy lacks: {", ".join(own) or "none"}.

## Intended use

Pseudo-colour scans, grey scans and dual-energy pairs of mail and courier parcels, as a second pair of eyes beside a
trained operator. Not for people, not for vehicles, not as the only screening.

## What it was made from

Recipe, starting weights and labelled scans are named by sha256 in `manifest.json`, each scan that it learned from in
`trained_on.json`. The weights descend from YOLOX's for COCO (Megvii Inc., Apache-2.0; see NOTICE). Classes of the
taxonomy that it has **not** learned: {", ".join(missing) or "none"}.

## Figures

On {validation["scans"]} validation scans ({validation["clean_scans"]} of them clean) that it has not learned from;
calibration and thresholds were set on the same scans. Ranges are 95 % (Wilson for rates, bootstrap by group for AP50).
{alarms["alarms"]} of {alarms["scans"]} clean parcels raise an alarm of any class:
{alarms["value"]:.3f} ({alarms["low"]:.3f}–{alarms["high"]:.3f}).

{table}

{_calibration(measured["calibration"])}

ONNX and torch agree on {parity["boxes"]} boxes of {parity["scans"]} scans; scores differ by at most
{parity["largest_score_gap"]:.1e}. {_int8(measured["int8"])}

Figures on other scans, real ones among them, stand in docs/benchmarks.md.

## Limits

* These figures say how it does on scans like those that it learned from. Another scanner, another country's parcels,
  another packing: measure first (`parcelray evaluate`).
{_scores(measured["calibration"])}
* One view at a time; it does not put views of one parcel together.

## Licence

Apache-2.0. Attribution in NOTICE.
"""


def _int8(trial: dict[str, Any] | None) -> str:
    if trial is None:
        return "8-bit integers were not tried."
    verdict = "8-bit integers serve" if trial["accepted"] else "8-bit integers were tried and refused"
    return (
        f"{verdict}: on the validation scans their network {trial['reason']}; AP is {trial['ap_fp32']:.3f} in floats, "
        f"{trial['ap_int8']:.3f} in integers."
    )


def _calibration(measured: dict[str, Any] | None) -> str:
    if measured is None:
        return "Scores are not calibrated: the validation scans show too few boxes."
    before, after = measured["before"], measured["after"]
    return f"""Scores are calibrated: the probability that a box lies on an item of its class (IoU 0.3). Told of
{measured["boxes"]} boxes of score 0.05 or more, each calibrated by a fit to other groups of the validation scans, the
expected calibration error is {_range(after)}, of the network's own scores {_range(before)}. Perfect
probabilities would show up to {after["by_chance"]:.3f} by chance."""


def _scores(calibration: dict[str, Any] | None) -> str:
    if calibration is None:
        return "* Scores are not calibrated: they rank boxes, they are no probabilities."
    return (
        "* A score is the probability of being right where items are as frequent as in the validation scans. Where\n"
        "  contraband is rarer, a box of the same score is right less often."
    )


def _range(error: dict[str, float]) -> str:
    return f"{error['error']:.3f} ({error['low']:.3f}–{error['high']:.3f})"
