"""``Admission``: how much work may be in the house at once. The next caller is told when to come back."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager

from parcelray.models.errors import OverloadedError

# How much the latest request weighs in the running mean of their durations.
_NEWEST = 0.1


class Admission:
    """Counts who is in the house. Used from the event loop alone, so it needs no lock.

    A caller is admitted before its body is read, so that this also bounds the memory that bodies take.

    Args:
        capacity: how many requests may be in the house, those that wait for a core included.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._inside = 0
        self._mean_s = 0.0

    @property
    def inside(self) -> int:
        """How many requests are in the house."""
        return self._inside

    @contextmanager
    def admit(self) -> Iterator[None]:
        """Hold a place for as long as the block runs, however it ends.

        Raises:
            OverloadedError: the house is full.
        """
        if self._inside >= self.capacity:
            raise OverloadedError(
                f"expected at most {self.capacity} requests at once, got one more; "
                f"come back in {self.retry_after_s()} s",
                retry_after_s=self.retry_after_s(),
            )
        self._inside += 1
        began = time.perf_counter()
        try:
            yield
        finally:
            self._inside -= 1
            took = time.perf_counter() - began
            self._mean_s = took if self._mean_s == 0 else (1 - _NEWEST) * self._mean_s + _NEWEST * took

    def retry_after_s(self) -> int:
        """When half of those inside will have left, in whole seconds, at least 1.

        A request's stay includes its waiting, so everybody inside now has left after about one mean stay.
        """
        return max(1, math.ceil(self._mean_s / 2))
