"""The card of a package: what a person should know before trusting it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from parcelray.models.package import Operating
from parcelray.models.taxonomy import load_taxonomy
from parcelray.training.config import Recipe


def write_card(
    recipe: Recipe, answers: Mapping[str, Sequence[int]], operating: Operating, measured: dict[str, Any]
) -> str:
    """Markdown, from the recipe and the figures alone.

    Args:
        recipe: of the run.
        answers: for each category of the validation scans, which labels answer for it.
        operating: thresholds.
        measured: ``parity`` and ``validation`` as ``parcelray export`` measures them.
    """
    taxonomy = load_taxonomy(recipe.taxonomy)
    missing = [leaf for leaf in taxonomy.leaves(learned_only=True) if leaf not in recipe.labels]
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
            f"| {label} | {taxonomy.group_of(answering).name} | {one['items']} | "
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

## Intended use

Pseudo-colour scans, grey scans and dual-energy pairs of mail and courier parcels, as a second pair of eyes beside a
trained operator. Not for people, not for vehicles, not as the only screening.

## What it was made from

Recipe, starting weights and labelled scans are named by sha256 in `manifest.json`. The starting weights are
YOLOX-Nano's for COCO (Megvii Inc., Apache-2.0; see NOTICE). Classes of the taxonomy that it has **not** learned:
{", ".join(missing) or "none"}.

## Figures

On {validation["scans"]} validation scans ({validation["clean_scans"]} of them clean) that it has not learned from; the
thresholds were set on the same scans. Ranges are 95 % (Wilson for rates, bootstrap by group for AP50).
{alarms["alarms"]} of {alarms["scans"]} clean parcels raise an alarm of any class:
{alarms["value"]:.3f} ({alarms["low"]:.3f}–{alarms["high"]:.3f}).

{table}

ONNX and torch agree on {parity["boxes"]} boxes of {parity["scans"]} scans; scores differ by at most
{parity["largest_score_gap"]:.1e}. Figures on other scans, real ones among them, stand in docs/benchmarks.md.

## Limits

* These figures say how it does on scans like those that it learned from. Another scanner, another country's parcels,
  another packing: measure first (`parcelray evaluate`).
* Scores are not calibrated: they rank boxes, they are no probabilities.
* One view at a time; it does not put views of one parcel together.

## Licence

Apache-2.0. Attribution in NOTICE.
"""
