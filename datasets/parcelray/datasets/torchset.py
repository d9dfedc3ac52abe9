"""Labelled scans as a torch data set: the network's input and the items in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from parcelray.datasets.augment import Augmentation
from parcelray.datasets.coco import CocoData
from parcelray.datasets.files import labelled_picture
from parcelray.models.errors import DatasetError
from parcelray.models.package import InputSpec
from parcelray.models.preprocess import preprocess


class ScanSet(Dataset[tuple[Tensor, Tensor]]):
    """Scans of a COCO file, letterboxed as in service.

    Args:
        folder: where the images lie.
        data: what is in them.
        labels: the model's classes, in order.
        spec: the network's input.
        augmentation: None leaves the scans as they are.
        seed: with epoch and index, decides every random choice: a resumed run sees what an unbroken one would.
        rename: category of the file -> class of the model, where the words differ.

    Raises:
        DatasetError: a category is none of the classes.
    """

    def __init__(
        self,
        folder: Path,
        data: CocoData,
        labels: Sequence[str],
        spec: InputSpec,
        *,
        augmentation: Augmentation | None = None,
        seed: int = 0,
        rename: Mapping[str, str] | None = None,
    ) -> None:
        renamed = {name: (rename or {}).get(name, name) for name in data.categories}
        unknown = sorted(name for name, leaf in renamed.items() if leaf not in labels)
        if unknown:
            raise DatasetError(
                str(folder), expected=f"categories among {', '.join(labels)}", got=f"also {', '.join(unknown)}"
            )
        self._class_of = {name: labels.index(leaf) for name, leaf in renamed.items()}
        self._folder = folder
        self._data = data
        self._spec = spec
        self._augmentation = augmentation
        self._seed = seed
        self._epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Draw new random choices from now on."""
        self._epoch = epoch

    def __len__(self) -> int:
        return len(self._data.images)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        """(3, h, w) float32 and (N, 5) float32 rows of class, x0, y0, x1, y1 in network pixels."""
        image = self._data.images[index]
        items = self._data.items_of[image.id]
        pixels = labelled_picture(self._folder, image.file_name)
        boxes = np.array([item.box for item in items], np.float32).reshape(-1, 4)
        labels = np.array([self._class_of[item.category] for item in items], np.int64)
        if self._augmentation is not None:
            seed = int(np.random.SeedSequence([self._seed, self._epoch, index]).generate_state(1)[0])
            pixels, boxes, labels = self._augmentation(pixels, boxes, labels, seed=seed)
        tensor, geometry = preprocess(pixels, self._spec)
        rows = np.concatenate([labels[:, None].astype(np.float32), geometry.to_network(boxes)], axis=1)
        return torch.from_numpy(tensor[0]), torch.from_numpy(rows)


def collate(samples: Sequence[tuple[Tensor, Tensor]]) -> tuple[Tensor, list[Tensor]]:
    """Stack images; items stay a list, for each image has its own number."""
    return torch.stack([image for image, _ in samples]), [rows for _, rows in samples]


def single_threaded(_worker: int) -> None:
    """In a loader's worker: leave the cores to the network."""
    cv2.setNumThreads(0)
    torch.set_num_threads(1)
