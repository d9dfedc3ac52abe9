"""Changes to training scans that an X-ray scanner could have made: no games with hue, which is the material.

albumentations 2.0.8 asks its host for updates when imported, unless told not to.
"""

from __future__ import annotations

import os

os.environ["NO_ALBUMENTATIONS_UPDATE"] = "1"

import albumentations as A
import numpy as np
from numpy.typing import NDArray

# What a shift or turn uncovers is air: the most frequent colour along the view's edges, in steps of so many levels, …
_STEP = 8
# … where that is as bright as air is on any screen; white where it is not.
_DARKEST_AIR = 150
# An item of which less is left after cropping is not asked for.
_MIN_VISIBLE = 0.35


class Augmentation:
    """Mirror, turn, stretch, brighten, blur, grain, compress; the same for the same seed."""

    def __init__(self) -> None:
        self._affine = A.Affine(
            # Pixels of one screen are of other sizes on the next; a belt's speed stretches by little.
            scale=(0.6, 1.5),
            keep_ratio=True,
            translate_percent=(-0.1, 0.1),
            rotate=(-10, 10),
            shear=(-6, 6),
            p=0.8,
        )
        self._pipeline = A.Compose(
            [
                # A parcel has no upright; a belt runs either way.
                A.D4(p=1.0),
                self._affine,
                # Scanners differ in tube current, dose and the maker's tone curve: a power of colours over white air
                # multiplies the attenuation that a palette shows …
                A.RandomGamma(gamma_limit=(75, 180), p=0.5),
                A.RandomBrightnessContrast(brightness_limit=0.1, contrast_limit=0.15, p=0.3),
                # … in sharpness, in grain, and in how their exports are compressed.
                A.GaussianBlur(blur_limit=(3, 5), p=0.15),
                A.GaussNoise(std_range=(0.01, 0.04), p=0.15),
                A.ImageCompression(quality_range=(50, 95), p=0.2),
            ],
            bbox_params=A.BboxParams(
                format="pascal_voc", label_fields=["labels"], min_visibility=_MIN_VISIBLE, min_area=16, clip=True
            ),
        )

    def __call__(
        self, pixels: NDArray[np.uint8], boxes: NDArray[np.float32], labels: NDArray[np.int64], *, seed: int
    ) -> tuple[NDArray[np.uint8], NDArray[np.float32], NDArray[np.int64]]:
        """Change one scan.

        Args:
            pixels: (H, W, 3) uint8 RGB.
            boxes: (N, 4) float32 xyxy in pixels.
            labels: (N,) int64, whatever they stand for.
            seed: decides every random choice.

        Returns:
            The same three; items that left the view are gone.
        """
        self._affine.fill = air_of(pixels)
        self._pipeline.set_random_seed(seed)
        changed = self._pipeline(image=pixels, bboxes=boxes, labels=labels)
        return (
            changed["image"],
            np.asarray(changed["bboxes"], np.float32).reshape(-1, 4),
            np.asarray(changed["labels"], np.int64),
        )


def air_of(pixels: NDArray[np.uint8]) -> tuple[float, ...]:
    """The colour of air along the edges of a view: RGB.

    Args:
        pixels: (H, W, 3) uint8 RGB.
    """
    edges = np.concatenate((pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1])).astype(np.int64)
    steps = edges // _STEP
    codes = (steps[:, 0] << 16) + (steps[:, 1] << 8) + steps[:, 2]
    values, counts = np.unique(codes, return_counts=True)
    colour = np.median(edges[codes == values[counts.argmax()]], axis=0)
    return tuple(float(v) for v in colour) if colour.min() >= _DARKEST_AIR else (255.0,) * 3
