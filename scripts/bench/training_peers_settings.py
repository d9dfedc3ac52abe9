"""How training_peers.py has libreyolo train: its own settings are for long runs, these fit the length of the recipe's.

What counts epochs or steps is brought to that length: warm-up, the average of the weights, the last phase (of YOLOX:
without mosaic, at the lowest rate). Whatever is not named here stays as libreyolo has it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from parcelray.training.config import Recipe

# What its authors state for Nano (Megvii, exps/default/yolox_nano.py), and for how long they train.
YOLOX_EPOCHS, YOLOX_LAST_EPOCHS = 300, 15
# The rate that they train it with goes with the batch; libreyolo takes the number for any batch.
YOLOX_RATE, YOLOX_BATCH = 0.01, 64
# The published recipe of DEIMv2-Femto (Intellindust, configs/deimv2), as libreyolo has it.
DEIMV2_EPOCHS, DEIMV2_LAST_EPOCHS, DEIMV2_FLAT_EPOCHS, DEIMV2_MATCHER_EPOCH = 500, 32, 250, 450
DEIMV2_RATE, DEIMV2_BATCH = 1.6e-3, 128


@dataclass(frozen=True)
class Peer:
    """One of libreyolo's networks, and how it is trained.

    Attributes:
        family: in libreyolo's words, as is the size.
        weights: name of the file to start from.
        settings: of its training beside what is the same for all; None leaves all to libreyolo.
    """

    family: str
    size: str
    weights: str
    settings: Callable[[Recipe], dict[str, Any]] | None


def yolox_settings(recipe: Recipe) -> dict[str, Any]:
    """For YOLOX-Nano: the recipe's warm-up and average, and its authors' rate, augmentation and last phase."""
    spec = recipe.optimiser
    return {
        "lr0": YOLOX_RATE * spec.batch_size / YOLOX_BATCH,
        "warmup_epochs": spec.warmup_share * spec.epochs,
        "no_aug_epochs": _last_epochs(spec.epochs, YOLOX_LAST_EPOCHS / YOLOX_EPOCHS),
        "ema_decay": spec.ema_decay,
        "mosaic_prob": 0.5,
        "mosaic_scale": [0.5, 1.5],
        "mixup_prob": 0.0,
    }


def deimv2_settings(recipe: Recipe) -> dict[str, Any]:
    """For DEIMv2-Femto: the recipe's warm-up and average, and its authors' phases as shares of this run.

    Its rate goes with the root of the batch, as Adam's does (Malladi et al. 2022, arXiv:2205.10287).
    """
    spec = recipe.optimiser
    return {
        "lr0": DEIMV2_RATE * math.sqrt(spec.batch_size / DEIMV2_BATCH),
        "warmup_epochs": spec.warmup_share * spec.epochs,
        "flat_epochs": round(spec.epochs * DEIMV2_FLAT_EPOCHS / DEIMV2_EPOCHS),
        "no_aug_epochs": _last_epochs(spec.epochs, DEIMV2_LAST_EPOCHS / DEIMV2_EPOCHS),
        "matcher_change_epoch": max(1, round(spec.epochs * DEIMV2_MATCHER_EPOCH / DEIMV2_EPOCHS)),
        "ema_decay": spec.ema_decay,
        # It holds the average at another value in the last phase.
        "ema_restart_decay": spec.ema_decay,
    }


def _last_epochs(epochs: int, share: float) -> int:
    """Whole epochs of the last phase: at least one, and never all."""
    return min(epochs - 1, max(1, round(epochs * share)))


PEERS = {
    "libreyolo, YOLOX-Nano": Peer("yolox", "n", "yolox_nano_from_onnx_bn.pth", yolox_settings),
    "libreyolo, DEIMv2-Femto": Peer("deimv2", "femto", "deimv2_hgnetv2_femto_coco_from_onnx_bn.pth", deimv2_settings),
}
