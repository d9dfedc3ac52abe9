"""The words of the desk: stages, decisions, and the one table of the reasons that an officer may give for each.

They are codes. What a page shows for them stands in the page's own catalogues, in the officer's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Stage(StrEnum):
    """Where a parcel stands."""

    SCREEN = "screen"
    """Waits for an officer."""
    SECOND = "second"
    """An officer would release something grave: waits for another one."""
    SEARCH = "search"
    """To be opened: waits for what is found."""
    ESCALATED = "escalated"
    """Waits for a supervisor."""
    DONE = "done"
    """Released, or searched."""


WAITING = (Stage.SCREEN, Stage.SECOND, Stage.SEARCH, Stage.ESCALATED)
"""The stages at which something has yet to be done."""
FOR_OFFICERS = (Stage.SCREEN, Stage.SECOND)
"""Those that any officer takes parcels from to decide."""
TO_DECIDE = (*FOR_OFFICERS, Stage.ESCALATED)
"""Those at which a verdict is given."""


class Decision(StrEnum):
    """What becomes of a parcel, by an officer's word."""

    RELEASE = "release"
    SEARCH = "search"
    ESCALATE = "escalate"


class Action(StrEnum):
    """What an officer does to a box."""

    CONFIRMED = "confirmed"
    """The model is right."""
    REJECTED = "rejected"
    """Nothing of that kind is there."""
    RELABELLED = "relabelled"
    """Something is there, of another class."""
    DRAWN = "drawn"
    """Something is there that the model did not box."""


REASONS: Mapping[Decision, tuple[str, ...]] = {
    Decision.RELEASE: (
        "false_alarm",
        "item_permitted",
        "documents_verified",
        "nothing_highlighted_by_officer",
        "searched_elsewhere",
    ),
    Decision.SEARCH: (
        "alarm_confirmed",
        "item_drawn_by_officer",
        "not_screened",
        "opaque_area",
        "contents_unlike_declaration",
        "intelligence",
        "random_check",
    ),
    Decision.ESCALATE: (
        "needs_expert",
        "possible_explosive",
        "unclear_image",
        "sensitive_consignment",
        "second_opinion",
    ),
}
"""What may be given as the reason of each decision."""

FOUND_IN = (
    "inside_goods",
    "among_goods",
    "in_packaging",
    "false_bottom",
    "in_clothing_or_textiles",
    "in_appliance",
    "in_document_or_book",
    "in_food_or_liquid",
    "other",
)
"""Where in a parcel a search may find something."""

OTHER = "other"
"""What is found and is of no class."""
