"""What the service answers about the desk: the queue, verdicts, outcomes, and the words that may be used."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from parcelray.serving.api.answers import Answer, Pixels
from parcelray.serving.api.scan_answers import ScanAnswer, ScanId
from parcelray.serving.desk.codes import Action, Decision, Stage
from parcelray.serving.desk.entries import Entry, Verdict, entry_document, verdict_document
from parcelray.serving.desk.outcomes import Outcome
from parcelray.serving.desk.photos import Photo
from parcelray.serving.desk.queue import QueuePage
from parcelray.serving.store.records import ScanState


class VerdictBoxAnswer(Answer):
    """What an officer said of one box.

    Attributes:
        view: index of the view.
        rank: place of the model's detection in the view's list; null for one that was drawn.
        label: what it is; of one that was rejected, what the model took it for.
        group: that the label belongs to.
        box: x0, y0, x1, y1 in pixels of the view; the model's own, unless it was drawn.
    """

    view: int
    rank: int | None
    action: Action
    label: str
    group: str
    box: tuple[Pixels, Pixels, Pixels, Pixels]


class VerdictAnswer(Answer):
    """An officer's word on a parcel. It is never changed.

    Attributes:
        stage: at which it was given.
        leads_to: the stage that it led to.
        by: name of the officer's account.
        at: when it was given.
        opened_at: when the officer's page had drawn the parcel, as the page says.
    """

    scan_id: ScanId
    stage: Stage
    leads_to: Stage
    decision: Decision
    reason: str
    note: str | None
    by: str
    at: datetime
    opened_at: datetime | None
    boxes: list[VerdictBoxAnswer]


class EntryAnswer(Answer):
    """A parcel at the desk. What is not named here is its scan's.

    Attributes:
        severity: of the gravest that is in it, 1 being gravest; 0 where a view was not screened, 9 where nothing was
            highlighted. That is no clearance.
        claimed_by: name of the account of the officer who holds it.
        claimed_until: when that ends, unless it is renewed.
        first_verdict: the first officer's word, once there is one.
    """

    scan_id: ScanId
    stage: Stage
    severity: int
    labels: list[str]
    consignment_id: str | None
    scanner_id: str | None
    state: ScanState
    taken_at: datetime | None
    received_at: datetime
    queued_at: datetime
    claimed_by: str | None
    claimed_until: datetime | None
    first_verdict: VerdictAnswer | None


class WaitingAnswer(Answer):
    """How many parcels wait at each stage, claimed ones too."""

    screen: int
    second: int
    search: int
    escalated: int


class QueueAnswer(Answer):
    """A page of what waits.

    Attributes:
        entries: gravest first, then oldest: as they are handed out.
        next: the ``cursor`` of the next page; null on the last.
        mine: what the caller holds, whatever the page shows.
    """

    entries: list[EntryAnswer]
    next: str | None
    waiting: WaitingAnswer
    mine: list[EntryAnswer]


class ClaimAnswer(Answer):
    """A parcel that the caller holds now, with its scan; both null where none waits that the caller may take."""

    entry: EntryAnswer | None
    scan: ScanAnswer | None


class VerdictListAnswer(Answer):
    """All verdicts on a scan.

    Attributes:
        entry: where it stands; null where it never came to the desk.
        verdicts: in the order in which they were given.
    """

    entry: EntryAnswer | None
    verdicts: list[VerdictAnswer]


class FoundItemAnswer(Answer):
    """Something that a search found.

    Attributes:
        label: a class, or ``other``.
        amount: of money, a decimal number, in ``currency``.
        currency: ISO 4217.
        weight_g: grams.
    """

    label: str
    where: str
    count: int | None
    amount: str | None
    currency: str | None
    weight_g: float | None
    description: str | None


class OutcomeAnswer(Answer):
    """What a search found, by one officer's word. It is never changed; of several, the last one counts.

    Attributes:
        by: name of the officer's account.
        at: when it was told.
    """

    scan_id: ScanId
    found: bool
    items: list[FoundItemAnswer]
    seizure_number: str | None
    note: str | None
    by: str
    at: datetime


class PhotoAnswer(Answer):
    """A photo as it is kept: made anew of what was sent, without what cameras write beside the picture.

    Attributes:
        sha256: of its bytes, hexadecimal: its name.
        bytes: how many.
        by: name of the account of the officer who sent it.
    """

    sha256: str
    bytes: int
    media_type: str
    width: int
    height: int
    by: str
    at: datetime


class OutcomeListAnswer(Answer):
    """All that was told of a scan's search.

    Attributes:
        outcomes: in the order in which they were told: the last one counts.
        photos: in the order in which they came.
    """

    outcomes: list[OutcomeAnswer]
    photos: list[PhotoAnswer]


class PhotoListAnswer(Answer):
    """The photos of a scan's search, in the order in which they came."""

    photos: list[PhotoAnswer]


class LabelAnswer(Answer):
    """A class that an officer may name.

    Attributes:
        own: whether the taxonomy lacks it.
    """

    label: str
    group: str
    severity: int
    own: bool


class GroupAnswer(Answer):
    """Classes that the same desk handles.

    Attributes:
        severity: 1 is the gravest.
        programme: that a seizure is reported under.
    """

    name: str
    severity: int
    programme: str


class ReasonsAnswer(Answer):
    """The codes that may be given as the reason of each decision."""

    release: list[str]
    search: list[str]
    escalate: list[str]


class DeskLimitsAnswer(Answer):
    """How much may be sent.

    Attributes:
        note: characters.
        description: characters.
        seizure_number: characters.
        boxes: of a verdict.
        items: of an outcome.
        photos: of a scan.
        photo_bytes: of each photo as it is sent.
        claims: that an officer may hold at a time.
    """

    note: int
    description: int
    seizure_number: int
    boxes: int
    items: int
    photos: int
    photo_bytes: int
    claims: int


class CodesAnswer(Answer):
    """What a page of the desk has to know: codes; their words stand in the page's catalogues.

    Attributes:
        reasons: by decision.
        where: in which a search found something.
        labels: gravest first.
        groups: gravest first.
        currencies: ISO 4217.
        amount_pattern: of amounts of money.
        claim_s: seconds that a claim holds.
        second_person_severity: what is as grave as this, or graver, is released by two people.
    """

    reasons: ReasonsAnswer
    where: list[str]
    labels: list[LabelAnswer]
    groups: list[GroupAnswer]
    currencies: list[Annotated[str, Field(pattern=r"^[A-Z]{3}$")]]
    amount_pattern: str
    limits: DeskLimitsAnswer
    claim_s: int
    second_person_severity: int


def entry_answer(entry: Entry) -> EntryAnswer:
    """An entry, in words."""
    return EntryAnswer(**entry_document(entry))


def queue_answer(page: QueuePage) -> QueueAnswer:
    """A page, in words."""
    return QueueAnswer(
        entries=[entry_answer(entry) for entry in page.entries],
        next=page.next,
        waiting=WaitingAnswer(**{stage.value: count for stage, count in page.waiting.items()}),
        mine=[entry_answer(entry) for entry in page.mine],
    )


def verdict_answer(verdict: Verdict) -> VerdictAnswer:
    """A verdict, in words."""
    return VerdictAnswer(**verdict_document(verdict))


def outcome_answer(outcome: Outcome) -> OutcomeAnswer:
    """An outcome, in words."""
    items = [FoundItemAnswer(**item.model_dump()) for item in outcome.items]
    return OutcomeAnswer(**{**vars(outcome), "items": items})


def photo_answer(photo: Photo) -> PhotoAnswer:
    """A photo, in words."""
    fields = dict(vars(photo))
    return PhotoAnswer(bytes=fields.pop("size"), **fields)
