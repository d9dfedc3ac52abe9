"""What an officer may say that something is, and how grave it is: the taxonomy with the hub's own classes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from parcelray.models.taxonomy import Taxonomy, load_taxonomy
from parcelray.serving.store.records import ScanRecord, ViewState

NOT_SCREENED = 0
"""A view that no model looked at: graver than whatever a model has seen."""
NOTHING_HIGHLIGHTED = 9
"""Where the model boxed nothing: after all that it did box. No taxonomy has a severity as high."""


def severity_of(record: ScanRecord) -> int:
    """How grave a scan is that was looked at, as far as one could: 0 comes first at the desk.

    Args:
        record: not pending.
    """
    if any(view.state is not ViewState.SCREENED for view in record.views):
        return NOT_SCREENED
    groups = {item.group for view in record.views for item in view.detections}
    taxonomy = load_taxonomy() if record.basis is None else load_taxonomy(record.basis.taxonomy)
    return gravest(groups, taxonomy)


def gravest(groups: Iterable[str], taxonomy: Taxonomy) -> int:
    """The severity of the gravest of some groups; ``NOTHING_HIGHLIGHTED`` where there are none."""
    severities = {group.name: group.severity for group in taxonomy.groups}
    return min((severities[group] for group in groups), default=NOTHING_HIGHLIGHTED)


def with_own(taxonomy: Taxonomy, *owns: Mapping[str, str]) -> Taxonomy:
    """A taxonomy with own classes from several places; where two name one class, the first says of which group it is.

    Args:
        taxonomy: a published one.
        owns: class -> group; leaves of the taxonomy among them are passed over.

    Raises:
        ValueError: a name that cannot be, or a group that the taxonomy lacks.
    """
    leaves = {*taxonomy.leaves()}
    together: dict[str, str] = {}
    for own in reversed(owns):
        together |= {name: group for name, group in own.items() if name not in leaves}
    return taxonomy.with_own(together)
