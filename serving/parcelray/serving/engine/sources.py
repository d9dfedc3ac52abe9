"""Views that have yet to be read: the bytes as they came, or as they were kept."""

from __future__ import annotations

from dataclasses import dataclass

from parcelray.datasets.imaging.reading import PixelLimits, read_pair, read_view
from parcelray.datasets.scan import View
from parcelray.serving.store.blobs import Blobs
from parcelray.serving.store.records import Band, StoredView

_LONGEST_SHOWN = 80


@dataclass(frozen=True)
class RawImage:
    """One image file.

    Attributes:
        band: the field in which it was sent.
        file_name: as its sender calls it.
        data: the file.
    """

    band: Band
    file_name: str | None
    data: bytes

    @property
    def title(self) -> str:
        """The field, and the file in it, in words."""
        return self.band if self.file_name is None else f"{self.band} {self.file_name[:_LONGEST_SHOWN]!r}"


@dataclass(frozen=True)
class RawView:
    """A view as it was sent: one image, or the high- and the low-energy image of a pair."""

    images: tuple[RawImage] | tuple[RawImage, RawImage]

    def read(self, limits: PixelLimits) -> View:
        """Decode it.

        Raises:
            BadInputError: it is not a view that can be used.
        """
        name = " with ".join(image.title for image in self.images)
        if len(self.images) == 1:
            return read_view(self.images[0].data, name=name, limits=limits)
        high, low = self.images
        return read_pair(high.data, low.data, name=name, limits=limits)


def raw_view(blobs: Blobs, view: StoredView) -> RawView:
    """A view as it was sent, read from where it is kept.

    Raises:
        DamagedError: an image is not as it was stored.
        StorageError: the images cannot be read now.
    """
    images = [RawImage(file.band, file.file_name, blobs.get(file.sha256)) for file in view.files]
    return RawView((images[0],) if len(images) == 1 else (images[0], images[1]))
