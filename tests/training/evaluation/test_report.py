import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import cv2
import numpy as np
import pytest

from parcelray.models.package import ArchitectureSpec as Architecture
from parcelray.models.package import DecodeSpec, InputSpec, Manifest, Operating
from parcelray.models.statistics import Interval
from parcelray.training.evaluation.judging import JudgedScan
from parcelray.training.evaluation.report import words
from parcelray.training.evaluation.report.page import About, Sheet, make_page, render
from parcelray.training.evaluation.results import Results, measure
from support.judged import judged, random_scans

LABELS = ("pistol", "revolver", "banknote_bundle")
ANSWERS = {"gun": [0, 1], "<b>cash</b> & co": [2]}
ABOUT = About("tiny 0000", {"Network, SHA-256": "0" * 64}, {"gun": ["pistol", "revolver"]}, 3)
NO_CASES = Sheet((), b"")
VOID = {"meta", "img", "br", "link", "input"}


def manifest() -> Manifest:
    return Manifest(
        name="tiny",
        version="0000",
        taxonomy=1,
        labels=LABELS,
        architecture=Architecture(width=0.25, depth=0.33, depthwise=True),
        input=InputSpec(width=64, height=64, channel_order="bgr", pad_value=255),
        decode=DecodeSpec(strides=(8,), nms_iou=0.65, same_gun_iou=0.7, score_floor=0.01, max_detections=100),
        operating=Operating(thresholds=dict.fromkeys(LABELS, 0.6), calibrated=False, basis="chosen for tests"),
        lineage={},
        figures={},
        files={},
    )


class Reader(HTMLParser):
    """Reads a page strictly: what is opened is closed, in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, tag: str) -> list[Mapping[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def scans() -> list[JudgedScan]:
    return random_scans(0, 60, categories=("gun", "gun", "<b>cash</b> & co"), stated=True)


@pytest.fixture(scope="module")
def results(scans: list[JudgedScan]) -> Results:
    return measure(scans, ANSWERS, LABELS, manifest().operating)


@pytest.fixture(scope="module")
def page(scans: list[JudgedScan], results: Results, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("images")
    for scan in scans:
        cv2.imwrite(str(folder / scan.image.file_name), np.full((480, 640, 3), 200, np.uint8))
    return make_page(results, ABOUT, scans, ANSWERS, manifest(), folder)


def test_is_well_formed_and_names_are_unique(page: str) -> None:
    reader = Reader(page)
    assert reader.open == []
    ids = Counter(attributes["id"] for _, attributes in reader.tags if "id" in attributes)
    assert [name for name, count in ids.items() if count > 1] == []
    named = {attributes["aria-labelledby"] for attributes in reader.all("svg")}
    assert named <= set(ids)
    pointed_at = {attributes["xlink:href"] for attributes in reader.all("use")}
    assert {str(name).removeprefix("#") for name in pointed_at} <= set(ids)


def test_asks_nothing_of_anyone_and_runs_nothing(page: str) -> None:
    reader = Reader(page)
    assert reader.all("script") == reader.all("link") == reader.all("iframe") == []
    assert not [name for _, attributes in reader.tags for name in attributes if name.startswith("on")]
    sources = [attributes.get(name) or "" for _, attributes in reader.tags for name in ("src", "href", "xlink:href")]
    assert all(source.startswith(("data:", "#")) for source in sources if source)
    assert "@import" not in page
    assert not re.search(r"url\((?!#)", page)
    assert "default-src 'none'" in page


def test_plots_are_drawings_in_the_colours_of_the_page(page: str) -> None:
    drawings = re.findall(r"<svg.*?</svg>", page, flags=re.DOTALL)
    assert len(drawings) == 6
    for drawing in drawings:
        ET.fromstring(drawing)
        assert "var(--main)" in drawing
        assert not re.search(r"#0[1-5]0[1-5]0[1-5]\b", drawing)
        # Letters stay letters.
        assert "<text" in drawing


def test_pictures_and_plots_say_what_they_show(page: str, results: Results) -> None:
    reader = Reader(page)
    assert len(reader.all("img")) == 2
    assert all(attributes["alt"] for attributes in reader.all("img"))
    assert all(attributes["role"] == "img" for attributes in reader.all("svg"))
    rate = results.operating["pd"]["gun"]
    assert f"gun {rate['value']:.0%} ({rate['low']:.0%} to {rate['high']:.0%})" in page


def test_tables_have_heads_and_captions_or_a_summary(page: str) -> None:
    reader = Reader(page)
    assert len(reader.all("table")) >= 8
    assert all(attributes.get("scope") in ("row", "col") for attributes in reader.all("th"))


def test_tells_each_figure_with_its_range(page: str, results: Results) -> None:
    for one in results.headline["per_class"].values():
        assert words.number_with_range(one["ap50"]) in page
        for rate in one["pd"]:
            assert words.share_with_range(rate) in page
    assert all(words.KIND_NAMES[one.kind] in page for one in results.errors.kinds)


def test_names_from_the_data_are_no_markup(page: str) -> None:
    assert "<b>cash" not in page
    assert "&lt;b&gt;cash&lt;/b&gt; &amp; co" in page


def test_the_same_figures_give_the_same_page(results: Results) -> None:
    assert render(results, ABOUT, NO_CASES, NO_CASES) == render(results, ABOUT, NO_CASES, NO_CASES)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_letters_can_be_read(page: str, theme: int) -> None:
    def luminance(colour: str) -> float:
        parts = np.array([int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4)])
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        return float(linear @ (0.2126, 0.7152, 0.0722))

    blocks = re.findall(r":root \{(.*?)\}", page, flags=re.DOTALL)
    colours = dict(re.findall(r"--(\w+): #(\w{6})", blocks[theme]))
    # WCAG 2.2: 4.5 for letters, 3 for lines and dots.
    for name, least in {"ink": 4.5, "faint": 4.5, "main": 4.5, "other": 3.0}.items():
        for ground in ("paper", "panel"):
            light, dark = sorted((luminance(colours[name]), luminance(colours[ground])), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= least, f"{name} on {ground}"


def test_says_what_cannot_be_told() -> None:
    gun = (0.0, 0.0, 10.0, 10.0)
    scans = [judged(0, [("gun", gun)]), judged(1, [("gun", gun)])]
    results = measure(scans, {"gun": [0]}, LABELS, manifest().operating)
    assert results.free_responses is None
    assert results.calibration is None
    page = render(results, ABOUT, NO_CASES, NO_CASES)
    assert Reader(page).open == []
    assert "false alarms could not be counted" in page
    assert "No false alarm was shown." in page
    document = results.as_dict()
    assert document["free_response"] is document["calibration"] is None


def test_slices_of_one_kind_are_compared(results: Results) -> None:
    assert "“easy”" in words.by_slice(results.slices) or "“hidden”" in words.by_slice(results.slices)
    scanners = [one for one in results.slices if one.kind == "scanner"]
    assert "“a”" in words.by_slice(scanners)
    assert "“b”" in words.by_slice(scanners)
    assert words.by_slice([]) == "Are some items found less well than others?"


def test_reads_well_with_a_single_class(results: Results) -> None:
    alone = replace(results, operating={**results.operating, "pd": {"gun": results.operating["pd"]["gun"]}})
    assert not any("most surely" in sentence for sentence in words.in_short(alone))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0 %"),
        (0.004, "0.4 %"),
        (0.05, "5 %"),
        (0.0512, "5.1 %"),
        (0.5, "50 %"),
        (0.951, "95.1 %"),
        (0.9996, "99.9 %"),
        (0.0004, "0.1 %"),
        (0.07, "7 %"),
        (1.0, "100 %"),
    ],
)
def test_shares(value: float, text: str) -> None:
    assert words.share(value) == text


def test_ranges() -> None:
    assert words.share_with_range(Interval(0.5, 0.4, 0.6)) == "50 % (40 % to 60 %)"
    assert words.number_with_range({"value": 0.5, "low": 0.25, "high": 0.75}) == "0.50 (0.25–0.75)"
    # No resample found any: that is no proof that none can be found.
    assert words.number_with_range(Interval(0.0, 0.0, 0.0)) == "0.00 (range not known)"
