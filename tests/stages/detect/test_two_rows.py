"""A value with its two deviations in one box, taken apart; what only looks like it stays whole."""

import cv2
import numpy as np
import pytest

from ocr_tasks.contract import Quad, Reading
from ocr_tasks.engines import Box, Gray
from ocr_tasks.quads import bounds, corners_of, quad_of
from ocr_tasks.stages.detect.two_rows import rows_behind_values
from ocr_tasks.stages.recognize.settling import with_stack


def page() -> Gray:
    return np.full((200, 500), 255, np.uint8)


def write(image: Gray, text: str, x: int, y: int, scale: float = 1.4) -> None:
    cv2.putText(image, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, scale, 0, 2, cv2.LINE_AA)


def tight(image: Gray) -> Box:
    rows, columns = np.nonzero(image < 190)
    left, top, right, bottom = (float(v) for v in (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1))
    return Box(((left, top), (right, top), (right, bottom), (left, bottom)), 0.9)


def stacked(upper: str = "0", lower: str = "-0.2") -> Gray:
    """A value of 60 pixels and behind it two rows, whose last digits stand below each other."""
    image = page()
    write(image, "4.6", 60, 110)
    for text, y in ((upper, 90), (lower, 120)):
        (length, _), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, 0.7, 2)
        write(image, text, 220 - length, y, 0.7)
    return image


@pytest.mark.parametrize("rows", [("0", "-0.2"), ("+0.1", "-0.2"), ("+0.02", "0")])
def test_a_value_and_its_two_deviations_are_three(rows: tuple[str, str]) -> None:
    image = stacked(*rows)
    value, upper, lower = (bounds(box.quad_px) for box in rows_behind_values(image, [tight(image)]))
    assert value[2] <= min(upper[0], lower[0])
    assert upper[3] <= lower[1]
    assert value[1] < upper[3] < value[3]


def test_so_they_are_on_a_line_that_runs_up_the_page() -> None:
    image = stacked()
    left, top, right, bottom = bounds(tight(image).quad_px)
    matrix = np.array([(0, -1), (1, 0)])
    quad: Quad = quad_of(
        corners_of(((left, top), (right, top), (right, bottom), (left, bottom))) @ matrix + (0, image.shape[1])
    )
    turned = np.ascontiguousarray(np.rot90(image))
    level = [bounds(box.quad_px) for box in rows_behind_values(image, [tight(image)])]
    upward = [bounds(box.quad_px) for box in rows_behind_values(turned, [Box(quad, 0.9)])]
    assert len(upward) == 3
    for a, b in zip(level, upward, strict=True):
        assert b == pytest.approx((a[1], 500 - a[2], a[3], 500 - a[0]), abs=2)


@pytest.mark.parametrize("text", ["4.6", "38.5", "Title:", "1:2", "85 %", "M8", "EE 33", "F.,-", '2"', "5 = 5"])
def test_one_row_is_left_as_it_is(text: str) -> None:
    image = page()
    write(image, text, 60, 110)
    assert rows_behind_values(image, [tight(image)]) == []


def test_a_small_character_above_and_one_below_beside_it_are_no_rows() -> None:
    image = page()
    write(image, "X", 60, 110)
    write(image, "2", 100, 90, 0.7)
    write(image, "3", 120, 120, 0.7)
    assert rows_behind_values(image, [tight(image)]) == []


def test_two_lines_of_words_are_left_as_they_are() -> None:
    image = page()
    write(image, "SEE NOTE", 60, 80, 0.8)
    write(image, "ON SHEET", 60, 112, 0.8)
    assert rows_behind_values(image, [tight(image)]) == []


def reading(text: str, box: tuple[float, float, float, float], confidence: float = 0.95) -> Reading:
    left, top, right, bottom = box
    quad: Quad = ((left, top), (right, top), (right, bottom), (left, bottom))
    return Reading(region_id=0, page=1, text=text, confidence=confidence, quad_px=quad, engine="x")


def parts(upper: str, lower: str, confidence: float = 0.95) -> tuple[Reading, Reading, Reading]:
    return (
        reading("4.6", (0, 10, 70, 45)),
        reading(upper, (95, 0, 110, 20)),
        reading(lower, (75, 28, 140, 48), confidence),
    )


def test_they_stand_in_place_of_the_line_if_they_read_as_deviations() -> None:
    line, beside = reading("4.6-0.2", (0, 0, 140, 48)), reading("12", (300, 0, 340, 40))
    one, two, three = parts("0", "-0.2")
    assert with_stack([line, beside], one, two, three) == [beside, one, two, three]
    assert with_stack([line], *parts("H7", "g6")) == [line]
    assert with_stack([line], *parts("0", "")) == [line]
    assert with_stack([line], *parts("0", "-0.2", confidence=0.5)) == [line]


def test_a_deviation_that_goes_on_beyond_the_box_of_the_value_is_the_line_that_reads_it() -> None:
    line, longer = reading("4.6 +", (0, 0, 90, 48)), reading("+0.02", (75, 0, 150, 20))
    value, upper, lower = reading("4.6", (0, 10, 70, 45)), reading("+", (75, 0, 90, 20)), reading("0", (77, 28, 90, 48))
    assert with_stack([line, longer], value, upper, lower) == [value, longer, lower]
    assert with_stack([line], value, upper, lower) == [line]
