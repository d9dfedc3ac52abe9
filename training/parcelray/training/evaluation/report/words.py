"""What figures mean, in sentences for readers who are no engineers. Numbers alone stand in tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from parcelray.models.statistics import Interval
from parcelray.training.evaluation.calibrating import CalibrationFigures
from parcelray.training.evaluation.error_split import ErrorSplit, Kind
from parcelray.training.evaluation.free_response import RATES, FreeResponses
from parcelray.training.evaluation.rates import FALSE_ALARM_RATES
from parcelray.training.evaluation.results import Results
from parcelray.training.evaluation.slices import SliceFigures

SLICE_TITLES = {"scanner": "By scanner", "level": "By concealment", "size": "By size of the item"}
KIND_NAMES: Mapping[Kind, str] = {
    "localisation": "badly placed",
    "class": "wrong class",
    "both": "badly placed and wrong class",
    "duplicate": "second box on one item",
    "background": "box on nothing",
    "miss": "item missed",
}
_KIND_MEANINGS: Mapping[Kind, str] = {
    "localisation": "boxes that touch an item of their class without fitting it",
    "class": "boxes that fit an item of another class",
    "both": "boxes that touch an item of another class without fitting it",
    "duplicate": "boxes on an item that has one already",
    "background": "boxes where nothing is labelled",
    "miss": "items without any box",
}


def share(value: float) -> str:
    """A share in per cent; with a decimal where whole ones would hide it, and never all or nothing where it is not."""
    if round(100 * value, 6).is_integer() or 0.0995 <= value <= 0.9005:
        return f"{100 * value:.0f} %"
    return f"{min(99.9, max(0.1, 100 * value)):.1f} %"


def share_with_range(interval: Interval | Mapping[str, Any]) -> str:
    """A share with its interval."""
    one = _interval(interval)
    return f"{share(one.value)} ({share(one.low)} to {share(one.high)})"


def number_with_range(interval: Interval | Mapping[str, Any]) -> str:
    """A figure between 0 and 1 with its interval."""
    one = _interval(interval)
    if one.low == one.high:
        # Where every resample gives the same, resampling has nothing to say of other scans.
        return f"{one.value:.2f} (range not known)"
    return f"{one.value:.2f} ({one.low:.2f}–{one.high:.2f})"


def in_short(results: Results) -> list[str]:
    """The result in a few sentences."""
    rates = results.operating["pd"]
    found, cases = sum(rate["found"] for rate in rates.values()), sum(rate["scans"] for rate in rates.values())
    best, worst = max(rates, key=lambda name: rates[name]["value"]), min(rates, key=lambda name: rates[name]["value"])
    marked = (
        f"Where a scan shows an item of a class that the model knows, it is marked in {found} of {cases} cases; "
        f"{share(1 - found / cases)} go unmarked."
    )
    sentences = [marked]
    if len(rates) > 1:
        sentences.append(
            f"It finds “{best}” most surely ({rates[best]['found']} of {rates[best]['scans']} scans) and “{worst}” "
            f"least ({rates[worst]['found']} of {rates[worst]['scans']})."
        )
    alarms = results.operating["false_alarms"]
    if alarms["scans"]:
        sentences.append(
            f"Of {alarms['scans']} scans without anything labelled, {alarms['alarms']} are marked needlessly: "
            f"{share_with_range(alarms)}."
        )
    return sentences


def operating(results: Results) -> str:
    """What an officer is shown."""
    rates = results.operating["pd"]
    most = max(rates, key=lambda name: rates[name]["scans"])
    one = _interval(rates[most])
    return (
        "Each row answers: of the scans that show this class, in how many does the model, as it is set today, put a "
        f"box on the item? Of “{most}” it is {share(one.value)} of the {rates[most]['scans']} scans that there were; "
        f"for such scans in general it may be anything from {share(one.low)} to {share(one.high)}."
    )


def fixed_false_alarms(results: Results) -> str:
    """Pd at fixed false alarms."""
    shares = ", ".join(share(rate) for rate in FALSE_ALARM_RATES[:-1])
    name, one = next(iter(results.headline["per_class"].items()))
    example = ""
    if one["pd"]:
        rate = one["pd"][1]
        example = (
            f" Let 5 of 100 innocent scans raise an alarm for “{name}”, and about {100 * rate['value']:.0f} of 100 "
            "scans that show one are found."
        )
    return (
        "A model can find more if it may cry wolf more often. To compare models, each class is cut here so that "
        f"{shares} or {share(FALSE_ALARM_RATES[-1])} of the scans without anything labelled raise a false alarm of it."
        + example
    )


def ranking(results: Results) -> str:
    """Average precision."""
    return (
        "If every box were sorted from the surest to the least sure, the right ones should come first; 1.00 means that "
        f"all do and no item is left out. Over all classes it is {results.precision.mean_ap50.value:.2f} when a box "
        f"must overlap its item by half (AP50), {results.precision.mean_ap.value:.2f} when it must fit ever more "
        "tightly (AP)."
    )


def free_response(measured: FreeResponses) -> str:
    """FROC."""
    place = next(index for index, rate in enumerate(RATES) if rate >= 0.1)
    every = round(1 / RATES[place])
    return (
        "The further a curve rises to the left, the fewer needless looks an item costs. With one false alarm of a "
        f"class on every {every}th scan without anything labelled, {share_with_range(measured.found[place])} of the "
        "items are found, taken over all classes."
    )


def by_slice(slices: Sequence[SliceFigures]) -> str:
    """The breakdown, by the example of the first kind that can be compared."""
    question = "Are some items found less well than others?"
    for kind in ("level", "size", "scanner"):
        told = [(one.pd.value, one) for one in slices if one.kind == kind and one.category is None and one.pd]
        if len(told) > 1:
            _, most = max(told, key=lambda pair: pair[0])
            _, least = min(told, key=lambda pair: pair[0])
            return (
                f"{question} Of those called “{most.name}” {most.found} of {most.items} are found, of those called "
                f"“{least.name}” {least.found} of {least.items}. Where two bars overlap much, the difference may be "
                "chance."
            )
    return question


def calibration(measured: CalibrationFigures) -> str:
    """Reliability."""
    return (
        "If scores were probabilities, of the boxes with score 0.80 just 80 of 100 would lie on an item. As they are, "
        f"they are off by {100 * measured.before.error:.1f} points of 100 on average; with a calibration, by "
        f"{100 * measured.after.error:.1f} (chance alone makes up to {100 * measured.after.by_chance:.1f})."
    )


def errors(measured: ErrorSplit) -> str:
    """The error split."""
    worst = max(measured.kinds, key=lambda one: one.cost)
    return (
        f"What goes wrong, and what would be gained if it did not? Most would be gained by mending “"
        f"{KIND_NAMES[worst.kind]}”: {_KIND_MEANINGS[worst.kind]} (AP50 {measured.ap50:.2f} would become "
        f"{measured.ap50 + worst.cost:.2f})."
    )


def kind_meaning(kind: Kind) -> str:
    """What a kind of error is."""
    return _KIND_MEANINGS[kind]


def _interval(interval: Interval | Mapping[str, Any]) -> Interval:
    if isinstance(interval, Interval):
        return interval
    return Interval(interval["value"], interval["low"], interval["high"])
