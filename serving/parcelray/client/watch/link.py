"""Whether the service can be had, as far as was last heard, and when to ask again."""

from __future__ import annotations

import random
from collections.abc import Callable

from parcelray.client.retry import Draw, RetryPolicy
from parcelray.client.watch.outcomes import Setback

# Full jitter may draw nothing: a floor, so that nobody is asked without a pause.
_LEAST_S = 0.1


class Backoff:
    """Waits longer from failure to failure.

    Args:
        policy: how long.
        draw: a random number between two others.
    """

    def __init__(self, policy: RetryPolicy, draw: Draw = random.uniform) -> None:
        self._policy = policy
        self._draw = draw
        self.failures = 0
        self.not_before = 0.0

    def fail(self, now: float, asked_s: float = 0.0) -> None:
        """A try at this time failed.

        Args:
            now: when.
            asked_s: seconds for which the service asked not to be tried again. It is there, then, and knows better
                than any guess that grows from failure to failure.
        """
        self.failures += 1
        guesses = 1 if asked_s else self.failures
        self.not_before = now + asked_s + max(_LEAST_S, self._policy.backoff_s(guesses, self._draw))

    def succeed(self) -> None:
        """A try did not fail."""
        self.failures = 0
        self.not_before = 0.0


class Condition:
    """Something that is well or is not: said when it changes, and only then.

    Args:
        say: takes a line.
        well_again: the line for when it is mended.
        policy: how long to wait between tries while it is not well.
    """

    def __init__(self, say: Callable[[str], None], well_again: str, policy: RetryPolicy) -> None:
        self._say = say
        self._well_again = well_again
        self._said: str | None = None
        self.backoff = Backoff(policy)
        self.setback: Setback | None = None

    def fail(self, now: float, setback: Setback) -> None:
        """It is not well."""
        self.setback = setback
        self.backoff.fail(now, setback.retry_after_s)
        if setback.type != self._said and not setback.quiet:
            self._said = setback.type
            self._say(setback.message)

    def succeed(self) -> None:
        """It is well."""
        self.setback = None
        self.backoff.succeed()
        if self._said is not None:
            self._said = None
            self._say(self._well_again)
