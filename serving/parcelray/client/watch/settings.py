"""How a folder is watched."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from parcelray.client.errors import SettingError

CONSIGNMENT = "consignment"


@dataclass(frozen=True)
class WatchSettings:
    """How a folder is watched.

    Attributes:
        folder: where the scanner drops its files.
        recursive: whether the folders below it are watched too.
        scanner_id: goes with each scan.
        consignment: finds the parcel's number in a scan's name, as its group ``consignment``.
        deadline_s: seconds after a scan was first seen; without an answer by then it is said not to be screened.
        settle_s: seconds for which a file must not have changed before it counts as whole.
        patience_s: seconds for which a file that ends too early must not have changed before it is sent all the same.
        poll_s: seconds between two looks at the folder.
        parallel: how many scans are sent at a time.
        once: whether to end when all that is there has been dealt with.

    Raises:
        SettingError: one of them cannot be used.
    """

    folder: Path
    recursive: bool = False
    scanner_id: str | None = None
    consignment: re.Pattern[str] | None = None
    deadline_s: float = 10.0
    settle_s: float = 1.0
    patience_s: float = 5.0
    poll_s: float = 0.5
    parallel: int = 2
    once: bool = False

    def __post_init__(self) -> None:
        if not self.folder.is_dir():
            raise SettingError(f"folder {self.folder}", expected="a folder to watch", got="nothing of that kind there")
        for name in ("deadline_s", "settle_s", "patience_s"):
            if not getattr(self, name) >= 0:
                raise SettingError(name, expected="0 seconds or more", got=repr(getattr(self, name)))
        if not self.poll_s > 0:
            raise SettingError("poll_s", expected="more than 0 seconds", got=repr(self.poll_s))
        if self.parallel < 1:
            raise SettingError("parallel", expected="1 or more", got=repr(self.parallel))


def consignment_pattern(text: str) -> re.Pattern[str]:
    """The expression that finds a parcel's number in a scan's name.

    Raises:
        SettingError: it is not one, or has no group ``consignment``.
    """
    expected = "a regular expression with a group (?P<consignment>…)"
    try:
        pattern = re.compile(text)
    except re.error as error:
        raise SettingError("expression for consignments", expected=expected, got=f"{text!r} ({error})") from error
    if CONSIGNMENT not in pattern.groupindex:
        raise SettingError("expression for consignments", expected=expected, got=repr(text))
    return pattern
