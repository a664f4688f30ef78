"""The truth's quads are where the ink is, whatever the font, the angle, the composition and the damage."""

import numpy as np
import pytest

from ocr_tasks.samples.callouts import Callout
from ocr_tasks.samples.degrade import DEGRADATIONS, Page, drawn
from ocr_tasks.samples.drafting import Pen, Style
from ocr_tasks.samples.lettering import FONTS, PLOTTER, Hand, lay
from ocr_tasks.samples.page_model import Sheet

DPI = 300


def _sheet(text: str, hand: Hand, angle: float = 0.0) -> Sheet:
    pen = Pen(100.0, 80.0, Style(hand))
    pen.text(text, (50.0, 40.0), angle=angle, across="middle", upright="middle")
    return pen.sheet()


def _ink(page: Page, threshold: int = 140) -> tuple[float, float, float, float]:
    rows, columns = np.nonzero(page.picture < threshold)
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1


def _bounds(page: Page) -> tuple[float, float, float, float]:
    quad = np.asarray(page.truth.texts[0]["quad"])
    return (*quad.min(0), *quad.max(0))


@pytest.mark.parametrize("font", [*sorted(FONTS), PLOTTER])
@pytest.mark.parametrize("outlined", [False, True])
@pytest.mark.parametrize("text", ["⌀45 H7", "gjpqy ÄÖß", "4x R12,5 ±0.1°"])
def test_upright_ink_fills_its_box(font: str, outlined: bool, text: str) -> None:
    page = drawn(_sheet(text, Hand(font, 5.0, outlined=outlined)), DPI)
    assert np.allclose(_ink(page), _bounds(page), atol=1.6)


@pytest.mark.parametrize("angle", [90.0, 180.0, -90.0])
def test_turned_ink_fills_its_box(angle: float) -> None:
    page = drawn(_sheet("R12.5 ↧3", Hand(cap_mm=5.0), angle), DPI)
    assert np.allclose(_ink(page), _bounds(page), atol=1.6)


@pytest.mark.parametrize("angle", [17.0, 45.0, -60.0])
def test_oblique_ink_stays_within_its_quad_and_reaches_its_sides(angle: float) -> None:
    page = drawn(_sheet("IHHI", Hand(cap_mm=5.0), angle), DPI)
    quad = np.asarray(page.truth.texts[0]["quad"])
    rows, columns = np.nonzero(page.picture < 140)
    across = (quad[1] - quad[0]) / np.linalg.norm(quad[1] - quad[0])
    down = (quad[3] - quad[0]) / np.linalg.norm(quad[3] - quad[0])
    ink = np.column_stack([columns + 0.5, rows + 0.5]) - quad[0]
    for axis, side in ((across, quad[1] - quad[0]), (down, quad[3] - quad[0])):
        along = ink @ axis
        assert along.min() == pytest.approx(0.0, abs=1.6)
        assert along.max() == pytest.approx(np.linalg.norm(side), abs=1.6)


def test_reading_order_of_corners_follows_the_text() -> None:
    page = drawn(_sheet("120", Hand(cap_mm=5.0), 90.0), DPI)
    top_left, top_right, _, bottom_left = page.truth.texts[0]["quad"]
    assert top_right[1] < top_left[1], "text that reads upwards begins at the bottom"
    assert bottom_left[0] > top_left[0], "and its underside is to the right"
    assert page.truth.json("a.pdf", 0)["texts"][0]["rotation"] == 90.0


@pytest.mark.parametrize(
    "callout",
    [
        Callout("⌀30 k6", {}, stack=("+0.015", "+0.002")),
        Callout("", {}, cells=("⌖", "⌀0.2Ⓜ", "A", "B")),
    ],
)
def test_parts_lie_within_the_whole_and_do_not_touch(callout: Callout) -> None:
    pen = Pen(100.0, 80.0, Style(Hand(cap_mm=5.0)))
    shapes, _ = pen.block([callout], (50.0, 40.0), 0.0, "middle", "middle")
    pen.add(*shapes)
    (written,) = pen.sheet().written
    boxes = [(min(x for x, _ in p.quad), max(x for x, _ in p.quad)) for p in written.parts]
    assert min(b[0] for b in boxes) == pytest.approx(min(x for x, _ in written.quad))
    assert max(b[1] for b in boxes) == pytest.approx(max(x for x, _ in written.quad))
    assert boxes[0][1] < boxes[1][0]
    assert written.text == callout.string()


def test_a_character_that_nobody_can_draw_is_refused() -> None:
    with pytest.raises(ValueError, match=r"U\+4E2D"):
        lay("中", Hand())


@pytest.mark.parametrize("name", sorted(set(DEGRADATIONS) - {"fax"}))
def test_the_truth_moves_with_the_picture(name: str) -> None:
    clean = drawn(_sheet("HXH", Hand(cap_mm=9.0)), DPI)
    spoiled = DEGRADATIONS[name](clean, np.random.default_rng(3))
    height, width = spoiled.picture.shape
    assert (spoiled.truth.width, spoiled.truth.height) == (width, height)
    x0, y0, x1, y1 = (round(v) for v in _bounds(spoiled))
    inside = spoiled.picture[y0:y1, x0:x1].astype(float)
    assert x1 - x0 > 20
    around = spoiled.picture[y0 - 40 : y1 + 40, x0 - 40 : x1 + 40].astype(float)
    dark = around < (around.min() + around.max()) / 2 if name != "noise" else around < 110
    rows, columns = np.nonzero(dark)
    slack = 4.0 if name in ("skew", "scan", "photo") else 2.5
    assert np.allclose((columns.min(), columns.max() + 1), (40, 40 + x1 - x0), atol=slack)
    assert np.allclose((rows.min(), rows.max() + 1), (40, 40 + y1 - y0), atol=slack)
    assert inside.min() < 160


def test_a_fax_has_two_levels() -> None:
    spoiled = DEGRADATIONS["fax"](drawn(_sheet("HXH", Hand(cap_mm=9.0)), 200), np.random.default_rng(3))
    assert set(np.unique(spoiled.picture)) == {0, 255}
