"""The number of a pin stands on the pin's line, the name before it on paper or on a wire."""

import cv2
import numpy as np
import pytest

from ocr_tasks.contract import Quad
from ocr_tasks.engines import Gray, Text
from ocr_tasks.quads import bounds
from ocr_tasks.stages.crops import MARGIN
from ocr_tasks.stages.recognize.pin_lines import apart_from_pin

HEIGHT, ADVANCE = 20, 15
LEFT, TOP = 60, 50


def read(string: str) -> tuple[Text, Quad]:
    """Return a reading of STRING, evenly spaced, and its box on the sheet."""
    width, edge = ADVANCE * len(string), MARGIN * HEIGHT
    places = tuple((edge + ADVANCE * (k + 0.5)) / (width + 2 * edge) for k in range(len(string)))
    corners = (LEFT, TOP), (LEFT + width, TOP), (LEFT + width, TOP + HEIGHT), (LEFT, TOP + HEIGHT)
    return Text(string, 0.9, (0.9,) * len(string), places), corners


def sheet(string: str, line: tuple[int, int], *, slope_px: int = 0) -> Gray:
    """Draw the characters of STRING as boxes, and a line at their foot from one to another of them."""
    page = np.full((150, 400), 255, np.uint8)
    for k, character in enumerate(string):
        if character.isalnum():
            x = LEFT + ADVANCE * k
            cv2.rectangle(page, (x + 3, TOP), (x + ADVANCE - 4, TOP + HEIGHT - 4), 0, 2)
    start, end = (LEFT + ADVANCE * k for k in line)
    cv2.line(page, (start, TOP + HEIGHT + 1), (end, TOP + HEIGHT + 1 + slope_px), 0, 2)
    return page


@pytest.mark.parametrize(
    ("string", "line", "pieces"),
    [
        ("HPD_17", (3, 12), ["HPD", "17"]),
        ("XUD- 5", (4, 12), ["XUD-", "5"]),
        ("2_MISO", (-3, 2), ["2", "MISO"]),
        ("HPD_17", (3, 4), []),
        ("HPD_17", (3, 6), []),
        ("HPD_17", (-3, 12), []),
        ("2_MISO", (1, 2), []),
        ("21_17", (2, 12), []),
    ],
)
def test_a_number_on_a_line_that_begins_behind_the_name_is_a_pins(
    string: str, line: tuple[int, int], pieces: list[str]
) -> None:
    text, quad = read(string)
    found = apart_from_pin(text, quad, sheet(string, line), MARGIN)
    assert [piece.text.text for piece in found] == pieces


def test_a_line_may_slope_a_little_and_each_has_the_box_of_its_characters() -> None:
    text, quad = read("HPD_17")
    name, number = apart_from_pin(text, quad, sheet("HPD_17", (3, 12), slope_px=1), MARGIN)
    assert bounds(name.quad_px) == pytest.approx((LEFT, TOP, LEFT + 3 * ADVANCE, TOP + HEIGHT), abs=1)
    assert bounds(number.quad_px) == pytest.approx((LEFT + 4 * ADVANCE, TOP, LEFT + 6 * ADVANCE, TOP + HEIGHT), abs=1)
