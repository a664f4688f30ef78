"""A stroke with others above and below it is a dash of a line; one by itself is a 1."""

import cv2
import numpy as np
import pytest

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Gray, Text
from ocr_tasks.quads import bounds
from ocr_tasks.stages.crops import MARGIN
from ocr_tasks.stages.recognize.dashes_beside import without_dash_beside

HEIGHT, LEFT, TOP = 24, 100, 100


def read(text: str) -> tuple[Text, Quad]:
    """Return TEXT as if read in a box in which each character is 20 pixels wide, and the box."""
    width, edge = 20 * len(text), MARGIN * HEIGHT
    places = tuple((20 * k + 10 + edge) / (width + 2 * edge) for k in range(len(text)))
    right, bottom = LEFT + width, TOP + HEIGHT
    return Text(text, 0.9, (0.9,) * len(text), places), ((LEFT, TOP), (right, TOP), (right, bottom), (LEFT, bottom))


def sheet(stroke: int, others: tuple[int, ...], letters: tuple[int, ...]) -> Gray:
    """Draw strokes of 14 pixels at the column STROKE, one in the line and OTHERS so far below it, and letters."""
    page = np.full((240, 320), 255, np.uint8)
    for below in (0, *others):
        cv2.line(page, (stroke, TOP + 5 + below), (stroke, TOP + 18 + below), 0, 2)
    for left in letters:
        cv2.rectangle(page, (left, TOP + 2), (left + 14, TOP + HEIGHT - 2), 0, 2)
    return page


@pytest.mark.parametrize(
    ("text", "stroke", "letters", "rest"),
    [
        ("1 SL", 110, (143, 163), "SL"),
        ("I SL", 110, (143, 163), "SL"),
        ("SL 1", 170, (103, 123), "SL"),
        ("13.5", 110, (123, 163), "3.5"),
        ("3.51", 170, (103, 143), "3.5"),
    ],
)
def test_a_dash_beside_a_string_is_no_one(text: str, stroke: int, letters: tuple[int, ...], rest: str) -> None:
    said, quad = read(text)
    piece = without_dash_beside(said, quad, sheet(stroke, (-22, 22), letters), MARGIN)
    left, _, right, _ = bounds(piece.quad_px)
    assert piece.text.text == rest
    assert not left <= stroke <= right


@pytest.mark.parametrize("others", [(), (22,), (-22,)])
def test_a_stroke_that_nothing_goes_on_from_is_a_one(others: tuple[int, ...]) -> None:
    said, quad = read("1 SL")
    assert without_dash_beside(said, quad, sheet(110, others, (143, 163)), MARGIN).text.text == "1 SL"


def test_rows_of_a_column_of_ones_stay() -> None:
    said, quad = read("1 SL")
    page = sheet(110, (), (143, 163))
    for row in (-30, 0, 30):
        cv2.line(page, (110, TOP + 2 + row), (110, TOP + HEIGHT - 2 + row), 0, 2)
    assert without_dash_beside(said, quad, page, MARGIN).text.text == "1 SL"
    number, quad = read("13.5")
    assert without_dash_beside(number, quad, page, MARGIN).text.text == "13.5"


def test_a_column_of_narrow_numbers_keeps_its_ones() -> None:
    number, quad = read("3.51")
    page = np.full((240, 320), 255, np.uint8)
    for row in (-32, 0, 32):
        for left in (100, 140):
            cv2.rectangle(page, (left, TOP + 2 + row), (left + 6, TOP + HEIGHT - 2 + row), 0, 1)
        page[TOP + HEIGHT - 4 + row : TOP + HEIGHT - 2 + row, 128:130] = 0
        page[TOP + 2 + row : TOP + HEIGHT - 1 + row, 170:172] = 0
    assert without_dash_beside(number, quad, page, MARGIN).text.text == "3.51"


def test_the_dashes_of_a_chain_line_may_have_dots_between_them() -> None:
    number, quad = read("13.5")
    page = sheet(110, (-28, 28), (123, 163))
    for below in (-5, 26):
        page[TOP + below : TOP + below + 3, 109:112] = 0
    assert without_dash_beside(number, quad, page, MARGIN).text.text == "3.5"
