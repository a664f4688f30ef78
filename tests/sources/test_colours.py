"""Ink of every colour is dark in the grey page, coloured areas are light, and a dark sheet is turned to light."""

from pathlib import Path

import cv2
import drawn
import numpy as np
import pytest
from PIL import Image
from reportlab.lib.colors import toColor
from reportlab.pdfgen.canvas import Canvas

from ocr_tasks.contract import RenderOptions
from ocr_tasks.picture import Gray
from ocr_tasks.sources import open_source
from ocr_tasks.sources.colours import BAND_ROWS, Colour, in_colour, legible

WHITE, BLACK, YELLOW, BLUEPRINT = (255, 255, 255), (0, 0, 0), (255, 255, 0), (20, 60, 140)
INKS = [YELLOW, (0, 255, 255), (0, 255, 0), (255, 165, 0)]
RED = (255, 0, 0)


def sheet(ink: tuple[int, ...], paper: tuple[int, ...], height: int = 400) -> Colour:
    """Lettering among a ruled table, INK on PAPER."""
    picture = np.full((height, 500, 3), paper, np.uint8)
    for y in range(40, height, 40):
        cv2.line(picture, (10, y + 8), (490, y + 8), ink, 1)
        cv2.putText(picture, "4x 8.50 BREAK", (20, y), cv2.FONT_HERSHEY_SIMPLEX, 0.8, ink, 2, cv2.LINE_AA)
    return picture


def grey(picture: Colour) -> Gray:
    return legible(*picture.shape[:2], lambda top, bottom: in_colour(picture[top:bottom]))


BLACK_ON_WHITE = sheet(BLACK, WHITE)[:, :, 0]


@pytest.mark.parametrize("ink", INKS)
def test_ink_of_any_colour_is_about_as_dark_as_black(ink: tuple[int, ...]) -> None:
    page = grey(sheet(ink, WHITE)).astype(int)
    assert np.abs(page - BLACK_ON_WHITE).max() <= 60
    assert np.abs(page - BLACK_ON_WHITE).mean() < 2


def test_coloured_and_black_ink_may_cross() -> None:
    picture = sheet(YELLOW, WHITE)
    picture[:, 100:102], picture[200:203] = 0, 0
    expected = BLACK_ON_WHITE.copy()
    expected[:, 100:102], expected[200:203] = 0, 0
    assert np.abs(grey(picture).astype(int) - expected).mean() < 2


@pytest.mark.parametrize("area", [YELLOW, (0, 255, 255), (255, 200, 0), (180, 255, 120)])
def test_black_lettering_on_a_coloured_area_keeps_its_paper(area: tuple[int, ...]) -> None:
    page = grey(sheet(BLACK, area))
    plain = cv2.cvtColor(sheet(BLACK, area), cv2.COLOR_RGB2GRAY)
    assert np.mean(page.astype(int) < plain.astype(int) - 10) < 0.002


def test_a_mark_drawn_around_lettering_keeps_its_counters_open() -> None:
    picture = sheet(BLACK, WHITE)
    mark = picture[15:42, 15:250]
    mark[:] = np.minimum(mark, YELLOW)
    plain = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    assert np.mean(grey(picture)[15:42, 15:250].astype(int) < plain[15:42, 15:250].astype(int) - 10) < 0.01


@pytest.mark.parametrize(
    ("ink", "paper"), [*((ink, BLACK) for ink in [WHITE, RED, *INKS]), (WHITE, BLUEPRINT), (YELLOW, BLUEPRINT)]
)
def test_light_on_dark_is_turned_to_dark_on_light(ink: tuple[int, ...], paper: tuple[int, ...]) -> None:
    page = grey(sheet(ink, paper))
    assert np.median(page) > 150
    assert np.median(page[BLACK_ON_WHITE == 0]) < 110
    assert np.corrcoef(page.ravel(), BLACK_ON_WHITE.ravel())[0, 1] > 0.95


@pytest.mark.parametrize("ink", [RED, (0, 0, 255), (132, 0, 0), (0, 100, 0)])
def test_ink_that_is_dark_enough_stays_as_dark_as_it_is(ink: tuple[int, ...]) -> None:
    assert np.array_equal(grey(sheet(ink, WHITE)), cv2.cvtColor(sheet(ink, WHITE), cv2.COLOR_RGB2GRAY))


def test_strips_leave_no_seam() -> None:
    picture = sheet(YELLOW, WHITE, height=2 * BAND_ROWS + 100)
    page = grey(picture)
    for seam in (BAND_ROWS, 2 * BAND_ROWS):
        around = slice(seam - 60, seam + 60)
        alone = grey(np.ascontiguousarray(picture[seam - 100 : seam + 100]))[40:160]
        assert np.array_equal(page[around], alone)


def test_a_grey_scan_saved_in_colour_stays_as_it_is() -> None:
    scan = np.random.default_rng(1).integers(0, 256, (300, 200), np.uint8)
    scan[100:] |= 128
    assert np.array_equal(grey(np.repeat(scan[:, :, None], 3, 2)), scan)


@pytest.mark.parametrize("kind", ["png", "tif", "jpg"])
def test_pictures_keep_yellow_ink(kind: str, tmp_path: Path) -> None:
    Image.fromarray(sheet(YELLOW, WHITE)).save(tmp_path / f"a.{kind}")
    with open_source(tmp_path / f"a.{kind}", RenderOptions()) as source:
        page = source.sheet(1, RenderOptions()).image
    assert np.corrcoef(page.ravel(), BLACK_ON_WHITE.ravel())[0, 1] > 0.9


@pytest.mark.parametrize("mode", ["1", "L"])
def test_a_negative_without_colours_is_turned_too(mode: str, tmp_path: Path) -> None:
    Image.fromarray(255 - BLACK_ON_WHITE).convert(mode, dither=Image.Dither.NONE).save(tmp_path / "a.png")
    with open_source(tmp_path / "a.png", RenderOptions()) as source:
        page = source.sheet(1, RenderOptions()).image
    assert np.median(page) == 255
    assert page[BLACK_ON_WHITE == 0].max() < 10


@pytest.mark.parametrize(
    ("ink", "paper"), [("yellow", "white"), ("cyan", "white"), ("lime", "white"), ("yellow", "black")]
)
@pytest.mark.parametrize("renderer", ["pdfium", "poppler"])
def test_a_pdf_in_colours_is_as_dark_as_one_in_black(ink: str, paper: str, renderer: str, tmp_path: Path) -> None:
    def page_in(ink: str, paper: str) -> Gray:
        def draw(canvas: Canvas) -> None:
            canvas.setFillColor(toColor(paper))
            canvas.rect(0, 0, 2000, 2000, stroke=0, fill=1)
            canvas.setFillColor(toColor(ink))
            canvas.drawString(100, 100, "4x 8.50 BREAK ALL EDGES")

        path = drawn.pdf(tmp_path / f"{ink}.pdf", [draw])
        options = RenderOptions(dpi=200, renderer=renderer)
        with open_source(path, options) as source:
            return source.sheet(1, options).image

    black, coloured = page_in("black", "white").astype(int), page_in(ink, paper).astype(int)
    assert (black < 128).sum() > 1000
    assert np.abs(coloured - black).mean() < 0.1
