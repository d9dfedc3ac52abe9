"""What an officer sends: a verdict with its boxes, or what a search found. Checked here as far as it needs no scan."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator
from pydantic.functional_validators import AfterValidator, BeforeValidator

from parcelray.serving.desk.codes import FOUND_IN, OTHER, REASONS, Action, Decision
from parcelray.serving.desk.currencies import CURRENCIES
from parcelray.serving.store.tables import (
    LONGEST_AMOUNT,
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    LONGEST_NOTE,
    LONGEST_SEIZURE_NUMBER,
)
from parcelray.serving.submission import Moment

MOST_BOXES = 1000
MOST_ITEMS = 100
CURRENCY_PATTERN = r"^[A-Z]{3}$"
AMOUNT_PATTERN = r"^(0|[1-9][0-9]{0,14})(\.[0-9]{1,4})?$"
LABEL_PATTERN = r"^[a-z][a-z0-9_]*$"
# Text that turns the direction of what follows may make one thing look like another.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# What the next function refuses, as a pattern for the description.
_NO_CONTROLS: dict[str, Any] = {"pattern": r"^[^\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]*$"}
_NO_CONTROLS_BUT_LINES: dict[str, Any] = {"pattern": r"^(\n|[^\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069])*$"}


def _without_controls(text: str, allowed: str = "") -> str:
    for letter in text:
        if letter not in allowed and (letter in _TURNING or unicodedata.category(letter) in ("Cc", "Cs")):
            raise ValueError(f"expected text without control characters, got one with U+{ord(letter):04X}")
    return text


def _in_lines(text: str) -> str:
    return _without_controls(text, allowed="\n")


def _of_this_list(currency: str) -> str:
    if currency not in CURRENCIES:
        raise ValueError("expected a currency of ISO 4217")
    return currency


def _whole(value: object) -> object:
    # Pydantic also takes text and true; to be strict, it would refuse 25.0, which is 25 in JSON.
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
        raise ValueError("expected a whole number")
    return value


# Stands after the number's limits, which the description would lose otherwise.
WHOLE = BeforeValidator(_whole)
Note = Annotated[
    str,
    StringConstraints(strict=True, max_length=LONGEST_NOTE),
    AfterValidator(_in_lines),
    Field(json_schema_extra=_NO_CONTROLS_BUT_LINES),
]
Label = Annotated[str, StringConstraints(pattern=LABEL_PATTERN, max_length=LONGEST_NAME)]
Pixel = Annotated[float, Field(strict=True, ge=0, le=1e6, allow_inf_nan=False)]


class _Sent(BaseModel):
    # What is not given is checked like what is: whether it may be missing depends on what else there is.
    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    def sha256(self, scan_id: str) -> str:
        """Over all that was sent, and what it was sent for: by which it is known to be the same when it comes again."""
        content = {"scan_id": scan_id, **self.model_dump(mode="json")}
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


class JudgedBox(_Sent):
    """What an officer says of one box.

    Attributes:
        view: index of the view.
        rank: place of the model's detection in the view's list; null for one that was drawn.
        action: what is done to it.
        label: what it is. May be null where the model's box is confirmed or rejected.
        box: x0, y0, x1, y1 in pixels of the view, of one that was drawn; null else.
    """

    view: Annotated[int, Field(ge=0, le=10_000), WHOLE]
    rank: Annotated[int, Field(ge=0, le=1_000_000), WHOLE] | None = None
    action: Action
    label: Label | None = None
    box: tuple[Pixel, Pixel, Pixel, Pixel] | None = None


class NewVerdict(_Sent):
    """An officer's word on a parcel.

    Attributes:
        decision: what becomes of it.
        reason: a code that `GET /v1/desk/codes` lists for the decision.
        note: in the officer's own words.
        boxes: what was said of each box.
        opened_at: when the page had drawn the parcel.
    """

    decision: Decision
    reason: Annotated[str, StringConstraints(pattern=LABEL_PATTERN, max_length=LONGEST_NAME)]
    note: Note | None = None
    boxes: Annotated[list[JudgedBox], Field(max_length=MOST_BOXES)] = []
    opened_at: Moment | None = None

    @field_validator("reason")
    @classmethod
    def _of_decision(cls, reason: str, info: ValidationInfo) -> str:
        decision: Decision | None = info.data.get("decision")
        if decision is not None and reason not in REASONS[decision]:
            raise ValueError(f"expected for {decision} one of {', '.join(REASONS[decision])}")
        return reason


class FoundItem(_Sent):
    """Something that a search found.

    Attributes:
        label: a class, or `other`.
        where: a code that `GET /v1/desk/codes` lists.
        count: how many.
        amount: of money, a decimal number.
        currency: of the amount, ISO 4217; there exactly where the amount is.
        weight_g: grams.
        description: in the officer's own words.
    """

    label: Label
    where: Literal[FOUND_IN]  # type: ignore[valid-type]
    count: Annotated[int, Field(ge=1, le=1_000_000), WHOLE] | None = None
    amount: Annotated[str, StringConstraints(pattern=AMOUNT_PATTERN, max_length=LONGEST_AMOUNT)] | None = None
    currency: Annotated[str, StringConstraints(pattern=CURRENCY_PATTERN), AfterValidator(_of_this_list)] | None = None
    weight_g: Annotated[float, Field(strict=True, gt=0, le=1e8, allow_inf_nan=False)] | None = None
    description: (
        Annotated[
            str,
            StringConstraints(strict=True, max_length=LONGEST_DESCRIPTION),
            AfterValidator(_in_lines),
            Field(json_schema_extra=_NO_CONTROLS_BUT_LINES),
        ]
        | None
    ) = None

    @field_validator("currency")
    @classmethod
    def _of_an_amount(cls, currency: str | None, info: ValidationInfo) -> str | None:
        if "amount" in info.data and (currency is None) != (info.data["amount"] is None):
            raise ValueError("expected a currency exactly where there is an amount")
        return currency

    @field_validator("description")
    @classmethod
    def _says_what_is_other(cls, description: str | None, info: ValidationInfo) -> str | None:
        if info.data.get("label") == OTHER and not description:
            raise ValueError(f"expected a description of what is {OTHER}")
        return description


class NewOutcome(_Sent):
    """What a search found.

    Attributes:
        found: whether anything was.
        items: what; at least one where something was found, none else.
        seizure_number: of the seizure's record.
        note: in the officer's own words.
    """

    found: Annotated[bool, Field(strict=True)]
    items: Annotated[list[FoundItem], Field(max_length=MOST_ITEMS)] = []
    seizure_number: (
        Annotated[
            str,
            StringConstraints(strict=True, min_length=1, max_length=LONGEST_SEIZURE_NUMBER),
            AfterValidator(_without_controls),
            Field(json_schema_extra=_NO_CONTROLS),
        ]
        | None
    ) = None
    note: Note | None = None

    @field_validator("items")
    @classmethod
    def _where_something_was_found(cls, items: list[FoundItem], info: ValidationInfo) -> list[FoundItem]:
        if "found" in info.data and info.data["found"] != bool(items):
            raise ValueError("expected items where found is true, and none where it is false")
        return items
