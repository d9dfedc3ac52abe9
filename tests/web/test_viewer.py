"""The viewer under an operator's hands: keys, mouse, boxes and words, in a real browser before the real service."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, Route, expect

from support.browser import Chromium
from support.pictures import encoded, pair, scan_pixels, view
from support.viewer_page import Stand, viewer_stand

DARK = (64, 32, 80, 48)
"""Where the dark box lies in ``scan_pixels`` and ``pair``: the tiny network finds a pistol there."""


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory, tiny_package: Path, chromium: Chromium) -> Iterator[Stand]:
    with viewer_stand(tmp_path_factory.mktemp("viewer"), tiny_package, chromium) as stand:
        yield stand


@pytest.fixture
def page(stand: Stand) -> Iterator[Page]:
    with stand.page() as page:
        yield page


@pytest.fixture(scope="module")
def single(stand: Stand) -> str:
    """A scan of one view with one box."""
    return stand.send(view(encoded(scan_pixels())))


@pytest.fixture(scope="module")
def double(stand: Stand) -> str:
    """A scan of two views, a picture and a pair, with a box in each."""
    return stand.send(view(encoded(scan_pixels(), ".jpg")), *pair())


def show(page: Page, scan_id: str, cue: str = "frame") -> None:
    page.evaluate("([id, cue]) => proof.show(id, cue)", [scan_id, cue])


def screen(page: Page) -> NDArray[np.uint8]:
    """What is on the screen once all is drawn: (H, W, 3) uint8 RGB."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return np.asarray(cv2.imdecode(np.frombuffer(page.screenshot(), np.uint8), cv2.IMREAD_COLOR_RGB), np.uint8)


def dark_place(page: Page, pane: int = 0) -> NDArray[np.float64]:
    """x0, y0, x1, y1 of what is dark in the picture of a pane, on the screen, without the boxes."""
    page.keyboard.press("b")
    bounds = page.locator(".pane").nth(pane).bounding_box()
    assert bounds is not None
    left, top = round(bounds["x"]), round(bounds["y"])
    pixels = screen(page)[top : top + round(bounds["height"]), left : left + round(bounds["width"])]
    page.keyboard.press("b")
    # Words lie at the lower edge.
    rows, columns = np.nonzero((pixels[:-60] < 60).all(axis=2))
    return np.array([left + columns.min(), top + rows.min(), left + columns.max() + 1, top + rows.max() + 1], float)


def box_place(page: Page, number: int = 0) -> NDArray[np.float64]:
    """x0, y0, x1, y1 of a box's line on the screen."""
    x, y, width, height = (
        page.locator("[data-box] .line")
        .nth(number)
        .evaluate(
            "(line) => { const { x, y, width, height } = line.getBBox(); "
            "const to = line.ownerSVGElement.getBoundingClientRect(); return [to.x + x, to.y + y, width, height]; }"
        )
    )
    return np.array([x, y, x + width, y + height])


def told(page: Page) -> list[list[object]]:
    """What the viewer told the page around it."""
    answer: list[list[object]] = page.evaluate("proof.told")
    return answer


def button(page: Page, command: str) -> Locator:
    return page.locator(f"[data-do={command}]")


def test_boxes_lie_on_what_they_mark_however_the_view_is_moved(page: Page, single: str) -> None:
    show(page, single)
    steps = (
        lambda: None,
        lambda: page.keyboard.press("r"),
        lambda: page.keyboard.press("f"),
        lambda: page.keyboard.press("+"),
        lambda: page.keyboard.press("ArrowUp"),
        lambda: page.keyboard.press("p"),
        lambda: page.keyboard.press("r"),
        lambda: page.keyboard.press("0"),
    )
    for number, step in enumerate(steps):
        step()
        # A pixel of the view is several of the screen, and is blended with its neighbours.
        np.testing.assert_allclose(box_place(page), dark_place(page), atol=4, err_msg=f"after step {number}")


def test_the_wheel_zooms_to_the_cursor_and_a_drag_moves(page: Page, single: str) -> None:
    show(page, single)
    x, y = dark_place(page)[:2]
    page.mouse.move(x, y)
    page.mouse.wheel(0, -300)
    zoomed = dark_place(page)
    np.testing.assert_allclose(zoomed[:2], (x, y), atol=4)
    before = box_place(page)
    assert np.ptp(before[::2]) == pytest.approx(1.2**3 * 16 * fitted_zoom(page), rel=0.01)
    page.mouse.down()
    page.mouse.move(x + 50, y + 30, steps=5)
    page.mouse.up()
    np.testing.assert_allclose(box_place(page) - before, [50, 30, 50, 30], atol=0.01)
    assert told(page) == [], "a drag is no click"
    page.keyboard.press("u")
    np.testing.assert_allclose(dark_place(page)[:2], (x, y), atol=1)


def fitted_zoom(page: Page) -> float:
    bounds = page.locator(".pane").bounding_box()
    assert bounds is not None
    return min(bounds["width"], bounds["height"]) / 128


@pytest.mark.parametrize(
    ("key", "command"),
    [
        ("c", "grey"), ("i", "inverse"), ("h", "high"), ("l", "low"), ("o", "organic"), ("m", "inorganic"),
        ("e", "edges"), ("s", "local"), ("d", "draw"),
    ],
)  # fmt: skip
def test_keys_and_buttons_do_the_same(page: Page, double: str, key: str, command: str) -> None:
    show(page, double)
    expect(button(page, command)).to_have_attribute("aria-pressed", "false")
    page.keyboard.press(key)
    expect(button(page, command)).to_have_attribute("aria-pressed", "true")
    button(page, command).click()
    expect(button(page, command)).to_have_attribute("aria-pressed", "false")


def test_tools_change_the_picture_are_undone_and_end_with_the_parcel(page: Page, double: str, single: str) -> None:
    show(page, double)
    page.keyboard.press("v")  # the pair
    expect(page.locator("[data-view='1']")).to_be_visible()
    stage = page.locator(".stage").bounding_box()
    assert stage is not None

    def picture() -> NDArray[np.uint8]:
        return screen(page)[round(stage["y"]) :]

    plain = picture()
    seen = [plain]
    for key in ("i", "c", ".", "Shift+ArrowUp", "Shift+ArrowLeft"):
        page.keyboard.press(key)
        seen.append(picture())
        assert (seen[-1] != seen[-2]).any(), key
    expect(page.locator("[data-range=gamma]")).to_have_attribute("aria-valuetext", "1.1")
    for earlier in reversed(seen[:-1]):
        page.keyboard.press("Control+z")
        np.testing.assert_array_equal(picture(), earlier)
    for key in ("i", "e", "+", "r"):
        page.keyboard.press(key)
    page.keyboard.press("u")
    np.testing.assert_array_equal(picture(), plain)
    page.keyboard.press("i")
    page.evaluate("id => proof.next(id)", single)
    expect(button(page, "inverse")).to_have_attribute("aria-pressed", "false")


def test_a_slider_moves_by_keys_and_its_movement_is_one_change(page: Page, single: str) -> None:
    show(page, single)
    slider = page.locator("[data-range=level]")
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "56%")
    button(page, "undo").click()
    expect(slider).to_have_attribute("aria-valuetext", "50%")


def test_a_box_is_drawn_by_mouse(page: Page, single: str) -> None:
    show(page, single)
    page.keyboard.press("d")
    x0, y0, x1, y1 = dark_place(page)
    page.mouse.move(x1, y1)
    page.mouse.down()
    page.mouse.move(x0, y0, steps=4)
    page.mouse.up()
    ((what, number, box),) = told(page)
    assert (what, number) == ("draw", 0)
    np.testing.assert_allclose(np.array(box, float), DARK, atol=1)
    expect(button(page, "draw")).to_have_attribute("aria-pressed", "false")


def test_a_box_is_drawn_by_keys_alone(page: Page, single: str) -> None:
    show(page, single)
    page.keyboard.press("d")
    page.keyboard.press("Escape")
    expect(page.locator("[data-draft]")).to_have_count(0)
    page.keyboard.press("d")
    for key in ("ArrowLeft", "ArrowLeft", "ArrowUp", "Shift+ArrowRight", "Shift+ArrowDown", "Enter"):
        page.keyboard.press(key)
    ((what, _, box),) = told(page)
    assert what == "draw"
    bounds = page.locator(".pane").bounding_box()
    assert bounds is not None
    zoom = fitted_zoom(page)
    width, height = bounds["width"] / 5 / zoom, bounds["height"] / 5 / zoom
    middle, step = 64, 6 / zoom
    wanted = (
        middle - width / 2 - 2 * step, middle - height / 2 - step,
        middle + width / 2 - step, middle + height / 2,
    )  # fmt: skip
    np.testing.assert_allclose(np.array(box, float), wanted, atol=0.1)


def test_boxes_are_chosen_by_number_tab_and_click_and_say_why(page: Page, double: str) -> None:
    show(page, double)
    box = page.locator("[data-box='0-0']")
    expect(box).to_have_accessible_name("Box 1: pistol, found by the model, score 0.9, shown from 0.5 on")
    page.keyboard.press("1")
    expect(box).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("2")  # in the other view, which comes to the front
    expect(page.locator("[data-box='1-0']")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("v")
    x0, y0, x1, y1 = box_place(page)
    page.mouse.click((x0 + x1) / 2, (y0 + y1) / 2)
    page.mouse.click(x0 - 40, y0 - 40)
    page.locator(".pane").focus()
    page.keyboard.press("Tab")
    expect(box).to_be_focused()
    assert [what for _, what in told(page)] == ["0-0", "1-0", "0-0", None, "0-0"]


def test_keys_are_left_to_who_is_writing(page: Page, single: str) -> None:
    show(page, single)
    page.evaluate("document.body.append(document.createElement('textarea'))")
    page.locator("textarea").focus()
    page.keyboard.type("ih")
    assert page.locator("textarea").input_value() == "ih"
    expect(button(page, "inverse")).to_have_attribute("aria-pressed", "false")


@pytest.mark.parametrize(("cue", "boxes"), [("none", 0), ("present", 0), ("frame", 1)])
def test_cue_levels_show_nothing_that_there_is_something_or_the_frames(
    page: Page, single: str, cue: str, boxes: int
) -> None:
    show(page, single, cue)
    expect(page.locator("[data-box]")).to_have_count(boxes)
    expect(page.get_by_text("Something highlighted")).to_have_count(int(cue == "present"))
    page.keyboard.press("b")
    expect(page.locator("[data-box]")).to_have_count(1 - boxes)


def test_where_nothing_is_found_it_says_so_and_never_clear(stand: Stand, page: Page) -> None:
    show(page, stand.send(view(encoded(scan_pixels(dark=None)))))
    expect(page.get_by_text("Nothing highlighted")).to_be_visible()
    assert "clear" not in page.content().lower()


def test_a_view_that_was_not_screened_cannot_be_missed(stand: Stand, page: Page) -> None:
    show(page, stand.send(view(encoded(scan_pixels())), view(b"no image", "b.png")))
    expect(page.get_by_role("alert")).to_have_count(0)
    page.keyboard.press("t")
    pane = page.locator("[data-view='1']")
    expect(pane.get_by_role("alert")).to_contain_text("NOT SCREENED")
    expect(pane.get_by_role("alert")).to_contain_text("expected a PNG, JPEG or TIFF image")
    expect(pane.get_by_text("There is no picture of this view")).to_be_visible()
    expect(pane.get_by_text("Nothing highlighted")).to_have_count(0)
    bounds = pane.bounding_box()
    assert bounds is not None
    rim = screen(page)[round(bounds["y"]) + 3, round(bounds["x"]) + 12 : round(bounds["x"]) + 300].astype(int)
    assert {tuple(colour) for colour in rim} >= {(0, 0, 0), (255, 212, 0)}, "the rim is striped"


def test_a_view_whose_pixels_do_not_come_is_told_so_and_asked_for_again(page: Page, single: str, double: str) -> None:
    def busy(route: Route) -> None:
        route.fulfill(status=500, json={"detail": "a stored image was changed"})

    show(page, double)
    page.route(f"**/v1/scans/{single}/views/0/pixels", busy)
    with page.expect_console_message(lambda message: "500" in message.text):
        page.evaluate("id => proof.next(id)", single)
    expect(page.get_by_role("alert")).to_have_text("This view cannot be shown: a stored image was changed")
    page.unroute(f"**/v1/scans/{single}/views/0/pixels")
    page.evaluate("id => proof.next(id)", double)
    page.evaluate("id => proof.next(id)", single)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_pending_view_is_shown_with_a_warning(stand: Stand, page: Page) -> None:
    scan = stand.send(view(encoded(scan_pixels(seed=9))), wait=0)

    def pending(route: Route) -> None:
        answer = route.fetch()
        document = answer.json()
        document["views"][0] |= {"state": "pending", "detections": None}
        route.fulfill(response=answer, json=document)

    # By the time that the page asks it may have been looked at.
    page.route(f"**/v1/scans/{scan}", pending)
    show(page, scan)
    expect(page.get_by_role("alert")).to_contain_text("It has yet to be looked at.")
    assert (screen(page)[200:] == 0).all(axis=2).any(), "its picture is there"


def test_two_views_lie_side_by_side_with_one_set_of_tools(page: Page, double: str) -> None:
    show(page, double)
    button(page, "two").click()
    expect(page.locator(".pane")).to_have_count(2)
    for pane in range(2):
        np.testing.assert_allclose(box_place(page, pane), dark_place(page, pane), atol=4)
    page.keyboard.press("i")
    pixels = screen(page)
    for pane in range(2):
        x0, y0, x1, y1 = box_place(page, pane).astype(int)
        assert pixels[(y0 + y1) // 2, (x0 + x1) // 2].min() > 200
    before = [box_place(page, pane) for pane in range(2)]
    page.locator("[data-view='1']").hover()
    page.keyboard.press("r")
    np.testing.assert_array_equal(box_place(page, 0), before[0])
    assert (box_place(page, 1) != before[1]).any()


def test_the_magnifier_enlarges_picture_and_boxes_while_its_key_is_held(page: Page, single: str) -> None:
    show(page, single)
    for _ in range(4):
        page.keyboard.press("-")
    x0, y0, x1, y1 = dark_place(page)
    page.mouse.move((x0 + x1) / 2, (y0 + y1) / 2)
    page.keyboard.down("z")
    expect(page.locator(".lens")).to_be_visible()
    row = screen(page)[round((y0 + y1) / 2), round((x0 + x1) / 2) - 100 : round((x0 + x1) / 2) + 100]
    assert (row < 60).all(axis=1).sum() == pytest.approx(2.5 * (x1 - x0), abs=12)
    inside = page.locator(".lens .line").bounding_box()
    assert inside is not None
    assert inside["width"] == pytest.approx(2.5 * (x1 - x0), abs=8)
    page.keyboard.up("z")
    expect(page.locator(".lens")).to_have_count(0)


def test_a_prepared_parcel_is_drawn_without_asking_for_its_pixels(page: Page, stand: Stand, single: str) -> None:
    following = [stand.send(view(encoded(scan_pixels(seed=seed)))) for seed in range(1, 6)]
    show(page, single)
    page.evaluate("id => proof.prepare(id)", following[0])
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("id => proof.next(id)", following[0])
    assert not [url for url in asked if "/views/" in url]
    expect(page.locator("[data-box]")).to_have_count(1)
    # However many are prepared, the one on the screen keeps its picture.
    for scan in following[1:]:
        page.evaluate("id => proof.prepare(id)", scan)
    page.keyboard.press("i")
    x0, y0, x1, y1 = box_place(page).astype(int)
    assert screen(page)[(y0 + y1) // 2, (x0 + x1) // 2].min() > 200


def test_a_lost_graphics_card_comes_back(page: Page, double: str) -> None:
    show(page, double)
    before = screen(page)
    page.evaluate(
        "window.lose = document.querySelector('canvas').getContext('webgl2').getExtension('WEBGL_lose_context');"
        "lose.loseContext()"
    )
    expect(page.get_by_text("Loading the view")).to_be_visible()
    page.evaluate("lose.restoreContext()")
    expect(page.get_by_text("Loading the view")).to_have_count(0)
    # What lies around the picture may be composed anew, and rounded otherwise.
    np.testing.assert_allclose(screen(page).astype(int), before.astype(int), atol=2)


def test_a_station_without_webgl_is_told_what_it_lacks(stand: Stand, single: str) -> None:
    with stand.page() as page:
        page.evaluate("HTMLCanvasElement.prototype.getContext = () => null")
        page.evaluate("id => { void proof.show(id); }", single)
        expect(page.get_by_role("alert")).to_contain_text("expected WebGL2, which this browser lacks")


def test_after_a_resize_the_boxes_still_lie_on_what_they_mark(page: Page, single: str) -> None:
    show(page, single)
    page.keyboard.press("+")
    page.set_viewport_size({"width": 1000, "height": 660})
    page.wait_for_function(
        "document.querySelector('canvas').width === Math.floor(document.querySelector('.stage').clientWidth) && "
        "document.querySelector('canvas').height === Math.floor(document.querySelector('.stage').clientHeight)"
    )
    np.testing.assert_allclose(box_place(page), dark_place(page), atol=4)
