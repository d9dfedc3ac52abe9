"""What the service answers. Written by scripts/generate-client-types, not by hand."""

from __future__ import annotations

from typing import Literal, NotRequired, TypeAlias, TypedDict

Action: TypeAlias = Literal["confirmed", "rejected", "relabelled", "drawn"]


ActorKind: TypeAlias = Literal["person", "key", "host", "nobody"]


AuditAction: TypeAlias = Literal[
    "account_added",
    "signed_in",
    "sign_in_failed",
    "signed_out",
    "signed_out_by_force",
    "role_changed",
    "password_changed",
    "password_reset",
    "deactivated",
    "key_made",
    "key_rotated",
    "key_revoked",
]


class AuditEntryAnswer(TypedDict):
    """Something that was done.

    Attributes:
        number: a later entry has a higher one.
        actor_kind: what the actor's name is one of: an account, a key, or a user of the host's command line.
        actor: who did it; null for somebody who did not get in.
        address: the network address that they came from; null for the host's command line.
        action: what was done.
        subject: the account or key that it was done to; null where there is none of the name that was given.
        details: what else there is to know, like the role before and after.
    """

    number: int
    at: str
    actor_kind: ActorKind
    actor: str | None
    address: str | None
    action: AuditAction
    subject: str | None
    details: dict[str, str]


Bucket: TypeAlias = Literal["hour", "day"]


class ClassFiguresAnswer(TypedDict):
    """The figures of a class.

    Attributes:
        label: the class, or `other`.
        group: null for `other`, and for an own class that is not known any more; so is the programme.
        highlighted: boxes of the model, in scans of the period.
        confirmed: boxes of the model that were judged in the period, like the next two.
        relabelled: to another class.
        missed: boxes that officers drew.
        parcels: in which searches found it.
        pieces: that searches found and counted.
    """

    label: str
    group: str | None
    programme: str | None
    highlighted: int
    confirmed: int
    rejected: int
    relabelled: int
    missed: int
    parcels: int
    pieces: int


class Credentials(TypedDict):
    """What somebody types to sign in."""

    name: str
    password: str


Decision: TypeAlias = Literal["release", "search", "escalate"]


class DecisionCountsAnswer(TypedDict):
    """Verdicts: a parcel that two people decided about has two."""

    release: int
    search: int
    escalate: int


class DeskLimitsAnswer(TypedDict):
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


BoxItem: TypeAlias = float


class DetectionAnswer(TypedDict):
    """One item that may be contraband.

    Attributes:
        label: a leaf of the taxonomy.
        group: that the leaf belongs to.
        score: 0..1, higher is surer.
        box: x0, y0, x1, y1 in pixels of the view that was sent, from its top left corner.
    """

    label: str
    group: str
    score: float
    box: tuple[BoxItem, BoxItem, BoxItem, BoxItem]


class FileAnswer(TypedDict):
    """One image as it was sent.

    Attributes:
        band: the field in which it came.
        sha256: of its bytes, hexadecimal.
        bytes: how many.
        media_type: told from its first bytes.
        file_name: as its sender calls it.
    """

    band: Literal["view", "high", "low"]
    sha256: str
    bytes: int
    media_type: str
    file_name: str | None


class FoundItem(TypedDict):
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

    label: str
    where: Literal[
        "inside_goods",
        "among_goods",
        "in_packaging",
        "false_bottom",
        "in_clothing_or_textiles",
        "in_appliance",
        "in_document_or_book",
        "in_food_or_liquid",
        "other",
    ]
    count: NotRequired[int | None]
    amount: NotRequired[str | None]
    currency: NotRequired[str | None]
    weight_g: NotRequired[float | None]
    description: NotRequired[str | None]


class FoundItemAnswer(TypedDict):
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


class GroupAnswer(TypedDict):
    """Classes that the same desk handles.

    Attributes:
        severity: 1 is the gravest.
        programme: that a seizure is reported under.
    """

    name: str
    severity: int
    programme: str


class JudgedBox(TypedDict):
    """What an officer says of one box.

    Attributes:
        view: index of the view.
        rank: place of the model's detection in the view's list; null for one that was drawn.
        action: what is done to it.
        label: what it is. May be null where the model's box is confirmed or rejected.
        box: x0, y0, x1, y1 in pixels of the view, of one that was drawn; null else.
    """

    view: int
    rank: NotRequired[int | None]
    action: Action
    label: NotRequired[str | None]
    box: NotRequired[tuple[BoxItem, BoxItem, BoxItem, BoxItem] | None]


class LabelAnswer(TypedDict):
    """A class that an officer may name.

    Attributes:
        own: whether the taxonomy lacks it.
    """

    label: str
    group: str
    severity: int
    own: bool


class Live(TypedDict):
    """The process answers."""

    status: NotRequired[Literal["alive"]]


class ModelAnswer(TypedDict):
    """Which model looked: a label means nothing without the version of its taxonomy.

    Attributes:
        sha256: of the network, hexadecimal.
    """

    name: str
    version: str
    taxonomy: int
    sha256: str


class ModelFiguresAnswer(TypedDict):
    """How many scans of the period a model has looked at."""

    name: str
    version: str
    scans: int


class MoneyAnswer(TypedDict):
    """What searches found in a currency (ISO 4217): an exact decimal number, as text."""

    currency: str
    amount: str


class NewOutcome(TypedDict):
    """What a search found.

    Attributes:
        found: whether anything was.
        items: what; at least one where something was found, none else.
        seizure_number: of the seizure's record.
        note: in the officer's own words.
    """

    found: bool
    items: NotRequired[list[FoundItem]]
    seizure_number: NotRequired[str | None]
    note: NotRequired[str | None]


class NewPassword(TypedDict):
    """A password to hold from now on.

    Attributes:
        current_password: the one that holds until now.
    """

    current_password: str
    new_password: str


class NewVerdict(TypedDict):
    """An officer's word on a parcel.

    Attributes:
        decision: what becomes of it.
        reason: a code that `GET /v1/desk/codes` lists for the decision.
        note: in the officer's own words.
        boxes: what was said of each box.
        opened_at: when the page had drawn the parcel.
    """

    decision: Decision
    reason: str
    note: NotRequired[str | None]
    boxes: NotRequired[list[JudgedBox]]
    opened_at: NotRequired[str | None]


class NotScreenedAnswer(TypedDict):
    """Why a view was not looked at.

    Attributes:
        type: the kind of problem, as in problem documents.
        message: what was expected and what came.
    """

    type: str
    message: str


class OneTimePasswordAnswer(TypedDict):
    """A password that serves once: who signs in with it has to choose another. It is shown this once."""

    name: str
    one_time_password: str


class OperatingAnswer(TypedDict):
    """From which scores on boxes were shown.

    Attributes:
        thresholds: by label.
        calibrated: whether a score was the probability of being right. Where it was not, it only ranks.
        basis: how the thresholds were set.
    """

    thresholds: dict[str, float]
    calibrated: bool
    basis: str


class OutcomeAnswer(TypedDict):
    """What a search found, by one officer's word. It is never changed; of several, the last one counts.

    Attributes:
        by: name of the officer's account.
        at: when it was told.
    """

    scan_id: str
    found: bool
    items: list[FoundItemAnswer]
    seizure_number: str | None
    note: str | None
    by: str
    at: str


class PageAnswer(TypedDict):
    """Which build of the page is served.

    Attributes:
        build: a page that bears another one is to be loaded again; null where the page was not built.
    """

    build: str | None


class PhotoAnswer(TypedDict):
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
    at: str


class PhotoListAnswer(TypedDict):
    """The photos of a scan's search, in the order in which they came."""

    photos: list[PhotoAnswer]


class ProgrammeFiguresAnswer(TypedDict):
    """What searches found for a programme of the World Customs Organization; null for what belongs to none."""

    programme: str | None
    parcels: int
    pieces: int


class RateAnswer(TypedDict):
    """A share, and where it may truly lie with a confidence of 95 % (Wilson's score interval)."""

    value: float
    low: float
    high: float


class ReasonsAnswer(TypedDict):
    """The codes that may be given as the reason of each decision."""

    release: list[str]
    search: list[str]
    escalate: list[str]


class RefusedModel(TypedDict):
    """The model that should look at scans and does not; the log says more.

    Attributes:
        model: as the registry of models calls it.
        reason: what is wrong with it.
    """

    model: str
    reason: Literal["missing", "altered", "untrusted", "damaged", "unusable"]


Role: TypeAlias = Literal["operator", "supervisor", "engineer", "auditor", "admin"]


class ScanCountsAnswer(TypedDict):
    """Scans by their state, and how many of all have anything highlighted. The others are not cleared by that."""

    screened: int
    partly_screened: int
    not_screened: int
    pending: int
    with_alarm: int


ScanState: TypeAlias = Literal["pending", "screened", "partly_screened", "not_screened"]


class ScanSummaryAnswer(TypedDict):
    """What a list of scans and the events say of each.

    Attributes:
        labels: what was highlighted in it, each once. None of them is no clearance.
    """

    scan_id: str
    state: ScanState
    scanner_id: str | None
    consignment_id: str | None
    taken_at: str | None
    received_at: str
    workstation: str
    labels: list[str]


Scope: TypeAlias = Literal["workstation", "reader", "engineer", "admin"]


class SearchCountsAnswer(TypedDict):
    """What came of searches, by the last outcome of each.

    Attributes:
        found_rate: share of the searches that found something; null where there were none.
    """

    found: int
    nothing_found: int
    found_rate: RateAnswer | None


class SecretAnswer(TypedDict):
    """A key's secret. It is shown this once.

    Attributes:
        key: what its holder sends in ``X-API-Key``.
    """

    name: str
    scope: Scope
    key: str


class ServedModel(TypedDict):
    """The model that looks at scans."""

    name: str
    version: str


class SessionAnswer(TypedDict):
    """Who is signed in.

    Attributes:
        csrf_token: what a page sends in ``X-CSRF-Token`` with whatever changes something.
        password_is_due: whether a password has to be chosen before anything else.
    """

    name: str
    role: Role
    csrf_token: str
    password_is_due: bool


class SignedOutAnswer(TypedDict):
    """How many sessions were ended."""

    name: str
    sessions: int


Stage: TypeAlias = Literal["screen", "second", "search", "escalated", "done"]


class TimesAnswer(TypedDict):
    """Times in seconds, by nearest rank: the least that a half, and nine of ten, do not exceed.

    Attributes:
        count: how many there are; where there are none, the others are null.
    """

    count: int
    median: float | None
    p90: float | None


class TimingAnswer(TypedDict):
    """Milliseconds that the request spent in each stage, all views together.

    Attributes:
        receive: until the body was there.
        wait: until a core was free.
        decode: from files to pixels.
        render: from pixels to the picture that the network knows, and the warnings.
        preprocess: fitting it to the network's input.
        infer: the network.
        postprocess: from its rows to boxes.
        total: from the request's first byte until the answer was made.
    """

    receive: float
    wait: float
    decode: float
    render: float
    preprocess: float
    infer: float
    postprocess: float
    total: float


class UserAnswer(TypedDict):
    """What is kept of an account.

    Attributes:
        created_at: when it was made.
        password_set_at: when its holder chose the password; null while it is one that serves once.
        deactivated_at: when it was shut for good.
        signed_in_at: when its holder last signed in.
        signed_in_from: the network address that this came from.
    """

    name: str
    role: Role
    created_at: str
    password_set_at: str | None
    deactivated_at: str | None
    signed_in_at: str | None
    signed_in_from: str | None


class UserListAnswer(TypedDict):
    """All accounts, those that were deactivated too, in the order in which they were made."""

    users: list[UserAnswer]


class VerdictBoxAnswer(TypedDict):
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
    box: tuple[BoxItem, BoxItem, BoxItem, BoxItem]


ViewState: TypeAlias = Literal["pending", "screened", "not_screened"]


class WaitingAnswer(TypedDict):
    """How many parcels wait at each stage, claimed ones too."""

    screen: int
    second: int
    search: int
    escalated: int


class WarningAnswer(TypedDict):
    """What speaks against trusting a view: ``blank``, ``clipped``, ``not_xray_like``, ``air_level_guessed``."""

    code: str
    message: str


class AuditAnswer(TypedDict):
    """A page of the audit.

    Attributes:
        entries: newest first.
        next: what to ask for the next page with, as `before`; null at the end.
    """

    entries: list[AuditEntryAnswer]
    next: int | None


class BoxCountsAnswer(TypedDict):
    """What officers said of boxes, by their last word on each scan.

    Attributes:
        drawn: those that the model missed.
        confirmed_rate: share of the model's boxes that were judged; null where none was.
    """

    confirmed: int
    rejected: int
    relabelled: int
    drawn: int
    confirmed_rate: RateAnswer | None


class CodesAnswer(TypedDict):
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
    currencies: list[str]
    amount_pattern: str
    limits: DeskLimitsAnswer
    claim_s: int
    second_person_severity: int


class FiguresAnswer(TypedDict):
    """The figures from `since` on until before `until`.

    Attributes:
        scans: taken then, or received where nobody said when.
        handling_s: from the parcel on the officer's screen to the verdict, as far as pages told.
        waiting_s: from the parcel's coming to the desk to its first verdict.
        backlog: parcels at the desk that were not done at the end, or are not now; null where the end is yet to come
            for all of it.
    """

    since: str
    until: str
    scans: ScanCountsAnswer
    decisions: DecisionCountsAnswer
    handling_s: TimesAnswer
    waiting_s: TimesAnswer
    boxes: BoxCountsAnswer
    searches: SearchCountsAnswer
    backlog: int | None


class KeyAnswer(TypedDict):
    """What is kept of a key.

    Attributes:
        created_at: when its name was first given.
        rotated_at: when its present secret was made, if that is not the first.
        revoked_at: when it stopped being let in.
        last_used_at: when it was last let in, to the minute.
        last_used_from: the network address that it then came from.
    """

    name: str
    scope: Scope
    created_at: str
    rotated_at: str | None
    revoked_at: str | None
    last_used_at: str | None
    last_used_from: str | None


class KeyListAnswer(TypedDict):
    """All keys, those that were revoked too, in the order in which they were made."""

    keys: list[KeyAnswer]


class NewKey(TypedDict):
    """A key to be made.

    Attributes:
        name: whose key it is; each name once, also when its key was revoked.
        scope: what it is for.
    """

    name: str
    scope: Scope


class NewRole(TypedDict):
    """What somebody works as from now on."""

    role: Role


class NewUser(TypedDict):
    """An account to be made.

    Attributes:
        name: what its holder types to sign in; each name once, also when its account was deactivated.
        role: what its holder works as.
    """

    name: str
    role: Role


class OutcomeListAnswer(TypedDict):
    """All that was told of a scan's search.

    Attributes:
        outcomes: in the order in which they were told: the last one counts.
        photos: in the order in which they came.
    """

    outcomes: list[OutcomeAnswer]
    photos: list[PhotoAnswer]


class Ready(TypedDict):
    """A model is loaded and warm.

    Attributes:
        refused: null where the model is the one that should look at scans.
    """

    status: NotRequired[Literal["ready"]]
    model: ServedModel
    refused: RefusedModel | None


class ScanListAnswer(TypedDict):
    """A page of scans.

    Attributes:
        scans: newest first.
        next: the ``cursor`` of the next page; null on the last.
    """

    scans: list[ScanSummaryAnswer]
    next: str | None


class StatisticsAnswer(TypedDict):
    """The figures of a period. None names a person.

    Attributes:
        bucket: how long a bucket is.
        model_in_service: the model that looks at scans now; null while it is being loaded.
        period: all of it together.
        buckets: one after the other, those too in which nothing was; the last may be shorter.
        classes: those of which there is anything, gravest first.
        programmes: those under which anything was found.
        cash: of each currency.
        models: that looked at scans of the period, most scans first.
    """

    bucket: Bucket
    model_in_service: ServedModel | None
    period: FiguresAnswer
    buckets: list[FiguresAnswer]
    classes: list[ClassFiguresAnswer]
    programmes: list[ProgrammeFiguresAnswer]
    cash: list[MoneyAnswer]
    models: list[ModelFiguresAnswer]


class StoredViewAnswer(TypedDict):
    """One view of a scan.

    Attributes:
        detections: what was highlighted. Null where the view was not looked at: no list is no clearance, and an empty
            one is none either.
    """

    index: int
    state: ViewState
    width: int | None
    height: int | None
    detections: list[DetectionAnswer] | None
    warnings: list[WarningAnswer]
    not_screened: NotScreenedAnswer | None
    files: list[FileAnswer]


class VerdictAnswer(TypedDict):
    """An officer's word on a parcel. It is never changed.

    Attributes:
        stage: at which it was given.
        leads_to: the stage that it led to.
        by: name of the officer's account.
        at: when it was given.
        opened_at: when the officer's page had drawn the parcel, as the page says.
    """

    scan_id: str
    stage: Stage
    leads_to: Stage
    decision: Decision
    reason: str
    note: str | None
    by: str
    at: str
    opened_at: str | None
    boxes: list[VerdictBoxAnswer]


class ViewAnswer(TypedDict):
    """One view. An empty list of detections says that nothing was highlighted, not that nothing is there."""

    width: int
    height: int
    detections: list[DetectionAnswer]
    warnings: list[WarningAnswer]


class DetectAnswer(TypedDict):
    """What a model saw in a scan.

    Attributes:
        scan_id: null, for the scan was not stored.
        views: in the order in which they were sent; pairs after single images.
    """

    scan_id: str | None
    model: ModelAnswer
    views: list[ViewAnswer]
    timing_ms: TimingAnswer


class EntryAnswer(TypedDict):
    """A parcel at the desk. What is not named here is its scan's.

    Attributes:
        severity: of the gravest that is in it, 1 being gravest; 0 where a view was not screened, 9 where nothing was
            highlighted. That is no clearance.
        claimed_by: name of the account of the officer who holds it.
        claimed_until: when that ends, unless it is renewed.
        first_verdict: the first officer's word, once there is one.
    """

    scan_id: str
    stage: Stage
    severity: int
    labels: list[str]
    consignment_id: str | None
    scanner_id: str | None
    state: ScanState
    taken_at: str | None
    received_at: str
    queued_at: str
    claimed_by: str | None
    claimed_until: str | None
    first_verdict: VerdictAnswer | None


class QueueAnswer(TypedDict):
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


class ScanAnswer(TypedDict):
    """A scan that is kept.

    Attributes:
        state: whether it was looked at. ``screened`` is no clearance.
        received_at: when it was here whole.
        screened_at: when the last view was looked at.
        workstation: name of the key that sent it.
        model: that looked at it; null before.
        operating: what its boxes rest on; null before.
        views: single images in the order sent, then pairs.
    """

    scan_id: str
    state: ScanState
    scanner_id: str | None
    consignment_id: str | None
    taken_at: str | None
    pixel_pitch_mm: float | None
    received_at: str
    screened_at: str | None
    workstation: str
    model: ModelAnswer | None
    operating: OperatingAnswer | None
    views: list[StoredViewAnswer]


class VerdictListAnswer(TypedDict):
    """All verdicts on a scan.

    Attributes:
        entry: where it stands; null where it never came to the desk.
        verdicts: in the order in which they were given.
    """

    entry: EntryAnswer | None
    verdicts: list[VerdictAnswer]


class ClaimAnswer(TypedDict):
    """A parcel that the caller holds now, with its scan; both null where none waits that the caller may take."""

    entry: EntryAnswer | None
    scan: ScanAnswer | None
