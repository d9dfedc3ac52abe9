"""Two models as they might answer on the same scans, for tests of what the gate says of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from parcelray.models.package import MANIFEST, Manifest, ModelPackage, Operating, Platt, sha256_of, write_manifest
from parcelray.models.store import release_folder
from parcelray.training.evaluation.judging import JudgedScan
from parcelray.training.gate.sides import Side, Sides
from support.judged import judged

GUN = (10.0, 10.0, 60.0, 60.0)
# For each scan that shows a pistol, the score of a box on it; and for each clean one, of a box on nothing.
Scores = tuple[Sequence[float], Sequence[float]]


def manifest_of(labels: Sequence[str] = ("pistol",), *, calibrated: bool = False) -> Manifest:
    """That of a shipped release with other labels, thresholds of 0.5, and a calibration or none."""
    operating = Operating(
        thresholds=dict.fromkeys(labels, 0.5),
        calibrated=calibrated,
        basis="chosen for tests",
        calibration={label: Platt(slope=1.0, offset=0.0) for label in labels} if calibrated else None,
    )
    shipped = Manifest.model_validate_json((release_folder() / MANIFEST).read_bytes())
    return shipped.model_copy(update={"labels": tuple(labels), "operating": operating})


def pistol_scans(scores: Scores, together: int = 1) -> list[JudgedScan]:
    """Scans with a pistol, then clean ones, each with a box of that score; so many in a row are of one group."""
    on_guns, on_nothing = scores
    return [
        judged(
            number,
            [("pistol", GUN)] if number < len(on_guns) else [],
            [(0, score, GUN)],
            group=f"g{number // together}",
        )
        for number, score in enumerate((*on_guns, *on_nothing))
    ]


def sides_of(
    champion: Scores, candidate: Scores, *, together: int = 1, calibrated: tuple[bool, bool] = (False, False)
) -> Sides:
    """Both models, by their scores."""
    both = (
        Side(manifest_of(calibrated=is_calibrated), pistol_scans(scores, together))
        for scores, is_calibrated in zip((champion, candidate), calibrated, strict=True)
    )
    return Sides(*both)


def package_like(
    folder: Path,
    *,
    files: Mapping[str, bytes] | None = None,
    without: Sequence[str] = (),
    change: Callable[[Manifest], Mapping[str, object]] = lambda _manifest: {},
) -> ModelPackage:
    """A whole package like the shipped release, in a folder of its own.

    Args:
        folder: made.
        files: that are other, or come in addition.
        without: files that it does not have.
        change: fields of the manifest that are other.
    """
    source = ModelPackage.open(release_folder())
    contents = {name: source.read(name) for name in source.manifest.files} | dict(files or {})
    folder.mkdir(parents=True)
    for name in without:
        del contents[name]
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    sums = {name: sha256_of(data) for name, data in contents.items()}
    write_manifest(folder, source.manifest.model_copy(update={**change(source.manifest), "files": sums}))
    return ModelPackage.open(folder)
