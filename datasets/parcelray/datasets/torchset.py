"""Labelled scans as a torch data set: the network's input and the items in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from parcelray.datasets.augment import Augmentation
from parcelray.datasets.coco import CocoData
from parcelray.datasets.files import labelled_picture
from parcelray.datasets.windows import cut_window
from parcelray.models.errors import DatasetError
from parcelray.models.package import InputSpec
from parcelray.models.preprocess import preprocess

# Stands for the class of a place where nothing is known, see ``ItemRecord.ignored``.
IGNORED = -1


class Insertion(Protocol):
    """Puts an item into a clean scan, or leaves it (``parcelray.datasets.synth.on_the_fly``)."""

    def __call__(
        self, pixels: NDArray[np.uint8], *, seed: Sequence[int]
    ) -> tuple[NDArray[np.uint8], str, NDArray[np.float32]] | None:
        """The scan with the item, its class and its box (4,) xyxy; None leaves the scan clean."""
        ...


class ScanSet(Dataset[tuple[Tensor, Tensor]]):
    """Scans of a COCO file, letterboxed as in service.

    Args:
        folder: where the images lie.
        data: what is in them.
        labels: the model's classes, in order.
        spec: the network's input.
        augmentation: None leaves the scans as they are.
        insertion: asked for an item for each scan without items, before it is augmented.
        seed: with epoch and index, decides every random choice: a resumed run sees what an unbroken one would.
        rename: category of the file -> class of the model, where the words differ.
        windows: folder that scans came from -> share of their sides that is shown, see ``windows.cut_window``; scans
            of other folders are shown whole.

    Raises:
        DatasetError: there are items of a category that is none of the classes.
    """

    def __init__(
        self,
        folder: Path,
        data: CocoData,
        labels: Sequence[str],
        spec: InputSpec,
        *,
        augmentation: Augmentation | None = None,
        insertion: Insertion | None = None,
        seed: int = 0,
        rename: Mapping[str, str] | None = None,
        windows: Mapping[str, float] | None = None,
    ) -> None:
        # Files name categories of which they show nothing: those need no class.
        shown = Counter(item.category for item in data.items if not item.ignored)
        renamed = {name: (rename or {}).get(name, name) for name in shown}
        unknown = [f"{shown[name]} of {name}" for name in sorted(shown) if renamed[name] not in labels]
        if unknown:
            raise DatasetError(
                str(folder), expected=f"items of {', '.join(labels)} alone", got=f"also {', '.join(unknown)}"
            )
        self._class_of = {name: labels.index(label) for name, label in renamed.items()}
        self._folder = folder
        self._data = data
        self._spec = spec
        self._label_index = {label: index for index, label in enumerate(labels)}
        self._augmentation = augmentation
        self._insertion = insertion
        self._seed = seed
        self._windows = windows or {}
        self._epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Draw new random choices from now on."""
        self._epoch = epoch

    def __len__(self) -> int:
        return len(self._data.images)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        """(3, h, w) float32 and (N, 5) float32 rows of class or ``IGNORED``, x0, y0, x1, y1 in network pixels."""
        image = self._data.images[index]
        items = self._data.items_of[image.id]
        pixels = labelled_picture(self._folder, image.file_name)
        boxes = np.array([item.box for item in items], np.float32).reshape(-1, 4)
        labels = np.array([IGNORED if item.ignored else self._class_of[item.category] for item in items], np.int64)
        if self._insertion is not None and not items:
            found = self._insertion(pixels, seed=(self._seed, self._epoch, index))
            if found is not None:
                pixels, label, box = found
                boxes, labels = box[None], np.array([self._label_index[label]], np.int64)
        seed = int(np.random.SeedSequence([self._seed, self._epoch, index]).generate_state(1)[0])
        share = self._windows.get(image.source or "", 1.0)
        if share < 1:
            pixels, boxes, labels = cut_window(pixels, boxes, labels, share, ignored=IGNORED, seed=seed)
        if self._augmentation is not None:
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
