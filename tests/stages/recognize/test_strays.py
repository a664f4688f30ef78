"""An arrowhead or a line that runs into the box is no character; one that ends there is."""

import cv2
import numpy as np
import pytest

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Gray, Text
from ocr_tasks.quads import width_of
from ocr_tasks.stages.crops import MARGIN, cut
from ocr_tasks.stages.recognize.running_on import edge_of
from ocr_tasks.stages.recognize.strays import without_strays

QUAD: Quad = ((150.0, 60.0), (250.0, 60.0), (250.0, 90.0), (150.0, 90.0))
WIDTH, EDGE = 100 + 2 * MARGIN * 30, MARGIN * 30


def left_of(text: str, stray_end: int) -> Text:
    """Say that TEXT was read: a stray in the box's first 40 pixels, or in its last, the rest beside it."""
    places = (
        [20.0, *np.linspace(50, 90, len(text) - 1)] if stray_end == 0 else [*np.linspace(10, 50, len(text) - 1), 80.0]
    )
    return Text(text, 0.9, tuple(0.9 for _ in text), tuple((EDGE + place) / WIDTH for place in places))


def sheet(line: tuple[int, int], digits: tuple[int, int]) -> Gray:
    """Draw a line across from and to, and digits in two columns from and to."""
    page = np.full((150, 400), 255, np.uint8)
    cv2.line(page, (line[0], 75), (line[1], 75), 0, 3)
    for left in np.linspace(*digits, 2).astype(int).tolist():
        cv2.rectangle(page, (left, 62), (left + 12, 88), 0, 2)
    return page


def told(text: str, page: Gray, stray_end: int) -> tuple[str, float]:
    crop = cut(page, QUAD, MARGIN)
    rest, quad = without_strays(left_of(text, stray_end), QUAD, crop, edge_of(crop, MARGIN))
    assert len(rest.char_confidences) == len(rest.char_places) == len(rest.text)
    return rest.text, width_of(quad)


@pytest.mark.parametrize("text", ["<55", "-55", "- 55", "_X1", "X55", "i 55"])
def test_what_comes_from_afar_is_no_character(text: str) -> None:
    rest, width = told(text, sheet((20, 175), (200, 230)), 0)
    assert rest == text[1:].strip()
    assert width < 80


@pytest.mark.parametrize(("text", "rest"), [("P55", "55"), ("n55", "n55")])
def test_what_is_low_is_no_capital(text: str, rest: str) -> None:
    assert told(text, sheet((20, 175), (200, 230)), 0)[0] == rest


@pytest.mark.parametrize(
    ("text", "line", "digits", "end"), [("-55", (20, 175), (200, 230), 0), ("55+", (225, 390), (155, 185), -1)]
)
def test_what_is_left_stands_where_it_stood(
    text: str, line: tuple[int, int], digits: tuple[int, int], end: int
) -> None:
    read = left_of(text, end)
    crop = cut(sheet(line, digits), QUAD, MARGIN)
    rest, quad = without_strays(read, QUAD, crop, edge_of(crop, MARGIN))
    assert rest.text == "55"
    left, width = quad[0][0], width_of(quad)
    on_the_page = [left - EDGE + place * (width + 2 * EDGE) for place in rest.char_places]
    stood = [150 - EDGE + place * WIDTH for place in read.char_places]
    assert on_the_page == pytest.approx(stood[1:] if end == 0 else stood[:-1], abs=0.5)


def test_nor_is_what_goes_on_behind() -> None:
    rest, width = told("55+", sheet((225, 390), (155, 185)), -1)
    assert rest == "55"
    assert width < 80


def test_a_minus_ends_in_the_box() -> None:
    assert told("-55", sheet((155, 175), (200, 230)), 0) == ("-55", 100.0)


@pytest.mark.parametrize("text", ["L55", "XA5"])
def test_a_letter_that_a_line_touches_stays(text: str) -> None:
    page = sheet((20, 175), (200, 230))
    cv2.rectangle(page, (160, 62), (174, 88), 0, 2)
    assert told(text, page, 0) == (text, 100.0)


@pytest.mark.parametrize(("text", "rest"), [("24X", "24X"), ("MAX", "MAX"), ('2"X', '2"')])
def test_behind_inches_an_x_is_the_tick_of_the_dimension(text: str, rest: str) -> None:
    assert told(text, sheet((225, 390), (155, 185)), -1)[0] == rest


def test_characters_on_a_wire_stay_with_what_is_before_them() -> None:
    assert told("-55", sheet((20, 390), (200, 230)), 0) == ("-55", 100.0)


def test_a_stray_alone_stays() -> None:
    assert told("<>", sheet((20, 390), (200, 230)), 0)[0] == "<>"


def drawn(strokes: list[tuple[int, int, int, int]]) -> Gray:
    """Draw strokes from and to a place, and two digits behind them."""
    page = sheet((190, 190), (200, 230))
    for x, y, to_x, to_y in strokes:
        cv2.line(page, (x, y), (to_x, to_y), 0, 2)
    return page


RULING, SHORT = (149, 20, 149, 140), (149, 70, 149, 140)
PLUS, X, STUB = [(150, 75, 176, 75), (163, 62, 163, 88)], [(150, 62, 174, 88), (150, 88, 174, 62)], [(150, 75, 176, 75)]


@pytest.mark.parametrize(
    ("text", "strokes", "rest"),
    [
        ("+55", [RULING, *PLUS], "+55"),
        ("X55", [RULING, *X], "X55"),
        ("+55", [SHORT, *PLUS], "55"),
        ("+55", [RULING, *STUB], "55"),
        ("-55", [RULING, *STUB], "55"),
    ],
)
def test_a_sign_that_touches_the_ruling_of_its_cell_stays(
    text: str, strokes: list[tuple[int, int, int, int]], rest: str
) -> None:
    assert told(text, drawn(strokes), 0)[0] == rest


def test_so_does_one_before_the_ruling_behind_it() -> None:
    page = np.ascontiguousarray(drawn([RULING, *PLUS])[:, ::-1])
    assert told("55+", page, -1)[0] == "55+"
