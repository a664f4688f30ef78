"""The sign of a counterbore or countersink that a line's box left out."""

import cv2
import numpy as np
import pytest

from ocr_tasks.contract import Quad, Reading
from ocr_tasks.engines import Gray
from ocr_tasks.quads import bounds, corners_of, quad_of
from ocr_tasks.stages.crops import cut
from ocr_tasks.stages.recognize.hole_signs import may_follow_hole_sign, place_before, with_hole_sign, without_stray_sign

LEFT, TOP, EM = 200, 60, 50


def page(sign: str = "") -> Gray:
    """A line that begins with a diameter at (LEFT, TOP), EM high, and SIGN before it."""
    image = np.full((160, 600), 255, np.uint8)
    cv2.circle(image, (LEFT + 22, TOP + 25), 20, 90, 2, cv2.LINE_AA)
    cv2.line(image, (LEFT + 10, TOP + 50), (LEFT + 34, TOP), 90, 2, cv2.LINE_AA)
    cv2.putText(image, "0.26", (LEFT + 70, TOP + 44), cv2.FONT_HERSHEY_SIMPLEX, 1.8, 90, 2, cv2.LINE_AA)
    strokes = {
        "⌴": [(85, TOP + 4), (85, TOP + 46), (170, TOP + 46), (170, TOP + 4)],
        "⌵": [(95, TOP + 6), (135, TOP + 46), (175, TOP + 6)],
        "4": [(140, TOP + 46), (140, TOP + 4), (115, TOP + 32), (150, TOP + 32)],
    }
    cv2.polylines(image, [np.array(strokes[sign])] if sign else [], False, 90, 2, cv2.LINE_AA)
    return image


def line(text: str = "⌀ 0.26") -> Reading:
    right, bottom = LEFT + 220, TOP + EM
    quad: Quad = ((LEFT, TOP), (right, TOP), (right, bottom), (LEFT, bottom))
    characters = (0.9,) * len(text)
    return Reading(
        region_id=3, page=1, text=text, confidence=0.9, char_confidences=characters, quad_px=quad, engine="x"
    )


def looked_at(image: Gray, reading: Reading) -> Reading:
    return with_hole_sign(reading, cut(image, place_before(reading.quad_px)))


@pytest.mark.parametrize(("sign", "left"), [("⌴", 85), ("⌵", 95)])
def test_a_sign_of_lines_before_a_diameter_is_taken_in(sign: str, left: int) -> None:
    found = looked_at(page(sign), line())
    assert found.text == f"{sign} ⌀ 0.26"
    assert bounds(found.quad_px) == pytest.approx((left, TOP, LEFT + 220, TOP + EM), abs=3)
    assert len(found.char_confidences) == len(found.text)


def test_its_right_wall_is_no_1() -> None:
    assert looked_at(page("⌴"), line("1 ⌀ 0.26")).text == "⌴ ⌀ 0.26"


@pytest.mark.parametrize("sign", ["", "4"])
def test_what_is_no_such_sign_stays_outside(sign: str) -> None:
    assert looked_at(page(sign), line()) == line()


def test_a_sign_that_stands_further_away_is_another_ones() -> None:
    image = page()
    image[:, :120] = np.roll(page("⌵"), -60, axis=1)[:, :120]
    assert looked_at(image, line()) == line()


def test_it_is_found_before_a_line_that_runs_up_the_page() -> None:
    reading = line()
    turn = np.array([(0, -1), (1, 0)])
    upward = reading.model_copy(update={"quad_px": quad_of(corners_of(reading.quad_px) @ turn + (0, 600))})
    found = looked_at(np.ascontiguousarray(np.rot90(page("⌵"))), upward)
    assert found.text == "⌵ ⌀ 0.26"
    assert bounds(found.quad_px) == pytest.approx((TOP, 600 - LEFT - 220, TOP + EM, 600 - 95), abs=3)


def test_only_a_line_that_begins_with_a_diameter_is_looked_at() -> None:
    assert may_follow_hole_sign(line())
    assert may_follow_hole_sign(line("1 ⌀ 0.26"))
    assert not may_follow_hole_sign(line("4X ⌀ 0.26"))
    assert not may_follow_hole_sign(line("0.26"))


def test_before_a_number_that_is_no_diameter_it_is_an_extension_line() -> None:
    stray = without_stray_sign(line("⌴3.50±0.05"))
    assert (stray.text, len(stray.char_confidences)) == ("3.50±0.05", 9)
    assert without_stray_sign(line("⌵Ra 1.6")).text == "Ra 1.6"
    assert without_stray_sign(line("⌴ ⌀ 0.26")).text == "⌴ ⌀ 0.26"
