"""What the gate demands: a typed TOML file in which an unknown key is an error. ``gate.toml`` has the usual demands."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from parcelray.models.errors import DemandsError
from parcelray.models.taxonomy import Taxonomy

USUAL = "gate.toml"
Share = Annotated[float, Field(gt=0, lt=1)]
Positive = Annotated[int, Field(gt=0)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class FoundDemands(_Frozen):
    """How much may be lost of what is found.

    Attributes:
        false_alarms: share of clean scans at which both models are compared.
        waived: classes that no proof is asked for.
        tolerance: by how much the share of scans found may fall: of a class, or of all classes of a group.
    """

    false_alarms: Share
    waived: tuple[str, ...]
    tolerance: dict[str, Share]


class NewClassDemands(_Frozen):
    """What is asked of a class that the champion does not know: so many test scans that show it."""

    scans: Positive


class FalseAlarmDemands(_Frozen):
    """How many more false alarms are borne.

    Attributes:
        clean_scans: fewest that anything is compared on.
        tolerance: by how much the share of clean scans with an alarm may rise.
    """

    clean_scans: Positive
    tolerance: Share


class CalibrationDemands(_Frozen):
    """By how much the expected calibration error may rise."""

    tolerance: Share


class LatencyDemands(_Frozen):
    """How slow it may be.

    Attributes:
        times: so many times the champion's median.
        at_least_ms: or so many milliseconds a scan, where that is more.
    """

    times: Annotated[float, Field(ge=1)]
    at_least_ms: Annotated[float, Field(ge=0)]


class LeakDemands(_Frozen):
    """Packages, by name and version, that are trusted to have seen no test scan, though they name none."""

    trusted: tuple[str, ...]


class Demands(_Frozen):
    """All that the gate demands."""

    found: FoundDemands
    new_classes: NewClassDemands
    false_alarms: FalseAlarmDemands
    calibration: CalibrationDemands
    latency: LatencyDemands
    leak: LeakDemands

    def tolerance_of(self, label: str, classes: Taxonomy) -> float:
        """By how much the share of scans found of a class may fall.

        Args:
            label: the class.
            classes: the tree that it belongs to.

        Raises:
            DemandsError: no tolerance is set for the class, nor for its group.
        """
        group = classes.group_of(label).name
        tolerance = self.found.tolerance.get(label, self.found.tolerance.get(group))
        if tolerance is None:
            raise DemandsError("found.tolerance", expected=f"one for {label} or its group {group}", got="none")
        return tolerance

    def check_names(self, *trees: Taxonomy) -> None:
        """Hold the names in it to the classes of the models that are compared.

        Args:
            trees: that their labels belong to.

        Raises:
            DemandsError: a class or group that there is not: a slip of the pen would go unnoticed otherwise.
        """
        leaves = {leaf for classes in trees for leaf in classes.leaves()}
        groups = {group.name for classes in trees for group in classes.groups}
        for where, names, known in (
            ("found.waived", self.found.waived, leaves),
            ("found.tolerance", self.found.tolerance, leaves | groups),
        ):
            unknown = [name for name in names if name not in known]
            if unknown:
                raise DemandsError(where, expected=f"names among {', '.join(sorted(known))}", got=", ".join(unknown))


def read_demands(path: Path | None = None) -> Demands:
    """Read the demands of a hub on top of the usual ones.

    Args:
        path: the hub's file; the usual demands when None.

    Raises:
        DemandsError: not TOML, an unknown key, an impossible value: says which and where.
    """
    usual = tomllib.loads((resources.files(__package__) / USUAL).read_text(encoding="utf-8"))
    if path is None:
        return Demands.model_validate(usual)
    try:
        own = tomllib.loads(path.read_text(encoding="utf-8"))
        return Demands.model_validate(_on_top(usual, own))
    except FileNotFoundError as error:
        raise DemandsError(str(path), expected="demands of the gate", got="no such file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DemandsError(str(path), expected="TOML", got=str(error)) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = f"{path}, {'.'.join(str(part) for part in first['loc'])}"
        if first["type"] == "extra_forbidden":
            raise DemandsError(where, expected="only known keys", got="an unknown one") from error
        raise DemandsError(where, expected=first["msg"], got=repr(first["input"])[:200]) from error


def _on_top(usual: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """The usual values with those of a hub in their place, table by table."""
    merged = dict(usual)
    for key, value in own.items():
        below = usual.get(key)
        merged[key] = _on_top(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged
