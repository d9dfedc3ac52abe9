"""What is said where a command needs more than what serving installs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from parcelray.models.errors import SetupError

_OF_THE_EXTRA = ("torch", "torchvision", "albumentations", "safetensors", "onnx", "onnxscript")


@contextmanager
def needs_training_extra() -> Iterator[None]:
    """Around the imports of a command that trains.

    Raises:
        SetupError: a package of the extra is not installed; says how to install it.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _OF_THE_EXTRA:
            raise
        raise SetupError(
            f"this command trains, and {error.name} is not installed: pip install 'parcelray[train]'"
        ) from error
